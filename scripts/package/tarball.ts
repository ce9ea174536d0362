// Wraps a tree as a tarball for other systems: to be unpacked over /. In: a plan, its tree, the release. Out: the path of
// the file. The configuration is left out, so that unpacking a later one never takes the administrator's away.
import { join } from 'node:path';
import { call } from './call.ts';
import type { PackagePlan, Release } from './packages.ts';
import { type Tree, writeTree } from './tree.ts';

export async function writeTarball(
  plan: PackagePlan,
  tree: Tree,
  { release, work, out }: { readonly release: Release; readonly work: string; readonly out: string },
): Promise<string> {
  const { version, revision, architecture, timeSeconds } = release;
  const file = join(out, `${plan.name}-${version}-${revision}-linux-${architecture.node}.tar.xz`);
  const folder = join(work, `tar-${plan.name}`);
  writeTree(new Map([...tree].filter(([path]) => !path.startsWith('etc/'))), folder, timeSeconds);
  const fixed = [
    '--sort=name',
    `--mtime=@${timeSeconds}`,
    '--owner=root:0',
    '--group=root:0',
    '--numeric-owner',
  ];
  await call('tar', ['--format=gnu', ...fixed, '-C', folder, '-I', 'xz -1 -T1', '-cf', file, 'usr']);
  return file;
}
