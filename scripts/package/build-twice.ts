// Tries whether the same sources give the same packages: copies the checkout into another folder and builds in both. In: a
// request. Out: the names of files with the same bytes, and of those without.
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { call } from './call.ts';
import { sourceDate } from './source-date.ts';
import type { PackageRequest } from './write-packages.ts';

export interface Comparison {
  readonly same: readonly string[];
  readonly different: readonly string[];
}

export async function buildTwice(root: string, request: PackageRequest, work: string): Promise<Comparison> {
  const elsewhere = join(work, 'a folder', 'with another name');
  await copyCheckout(root, elsewhere);
  const time = String(sourceDate(root, process.env));
  const first = await packagesOf(root, join(work, 'first'), request, time);
  const second = await packagesOf(elsewhere, join(work, 'second'), request, time);
  const names = [...new Set([...first.keys(), ...second.keys()])].sort();
  const isSame = (name: string): boolean => first.get(name) === second.get(name);
  return { same: names.filter(isSame), different: names.filter((name) => !isSame(name)) };
}

/** What git would carry, as it stands, and what npm has installed, as links to the same files. */
async function copyCheckout(root: string, target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  const list = await call('git', [
    '-C',
    root,
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
  ]);
  const tops = new Set(list.split('\0').flatMap((path) => path.split('/')[0] || []));
  for (const top of tops) await call('cp', ['-a', join(root, top), join(target, top)]);
  await call('cp', ['-al', join(root, 'node_modules'), join(target, 'node_modules')]);
}

/** File → its digest. Built by the scripts of that very folder. */
async function packagesOf(
  root: string,
  out: string,
  { architecture, names, formats, revision }: PackageRequest,
  time: string,
): Promise<ReadonlyMap<string, string>> {
  const flags = [`--arch=${architecture.node}`, `--only=${names.join()}`, `--format=${formats.join()}`];
  const script = join(root, 'scripts/package.ts');
  await call(process.execPath, [script, `--out=${out}`, `--revision=${revision}`, ...flags], {
    cwd: root,
    env: { SOURCE_DATE_EPOCH: time },
  });
  const files = readdirSync(out, { withFileTypes: true }).filter((entry) => entry.isFile());
  const digests = files.map(
    async ({ name }): Promise<[string, string]> => [name, await digestOf(join(out, name))],
  );
  return new Map(await Promise.all(digests));
}

async function digestOf(file: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(file), digest);
  return digest.digest('hex');
}
