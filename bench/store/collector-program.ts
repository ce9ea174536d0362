// Which collector a bench starts. Out: the bundle of `npm run build` when it is as new as its sources, otherwise the sources:
// a bundle of yesterday would be measured as today's.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const bundle = join(root, 'build/collector/jidi-collector.mjs');
const sources = join(root, 'collector/main.ts');
const folders = ['collector', 'shared', 'proto'];

export function collectorProgram(): string {
  return existsSync(bundle) && statSync(bundle).mtimeMs > newestSourceMs() ? bundle : sources;
}

function newestSourceMs(): number {
  const times = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
  return Math.max(...times);
}
