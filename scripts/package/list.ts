// What a package holds, as a text: mode, SHA-256 and path of each file. In: a plan, its tree, the release. Out: the path of
// the file. Whoever has built the same sources can compare without any package; `sha256sum` checks what is installed.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackagePlan, Release } from './packages.ts';
import { bytesOf, modeOf, type Tree } from './tree.ts';

export async function writeList(
  plan: PackagePlan,
  tree: Tree,
  { release, out }: { readonly release: Release; readonly out: string },
): Promise<string> {
  const { version, revision, architecture } = release;
  const file = join(out, `${plan.name}-${version}-${revision}-linux-${architecture.node}.files`);
  const lines = [...tree]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, each]) => `${modeOf(each).toString(8)} ${sha256(bytesOf(each))} /${path}\n`);
  writeFileSync(file, lines.join(''));
  return file;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
