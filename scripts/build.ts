// Builds what is shipped: one file each for agent, profiler, executor, collector and CLI, and the console, into build/.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildPrograms } from './build-programs.ts';
import { buildWeb } from './build-web.ts';

const out = join(import.meta.dirname, '../build');

for (const folder of ['agent', 'executor', 'collector', 'cli', 'web']) {
  rmSync(join(out, folder), { recursive: true, force: true });
}
const built = await buildPrograms(out);
await buildWeb(join(out, 'web'));
const programs = [...built.keys()].filter((name) => name.endsWith('.mjs'));
console.log(`built: ${[...programs, 'web'].map((name) => `build/${name}`).join(', ')}`);
