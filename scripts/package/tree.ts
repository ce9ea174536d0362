// A tree of files as it will stand on a machine, before it is written anywhere. In: entries by path. Out: a folder with
// these files and no others. Invariant: everything has the one time given and a mode of its own; nothing depends on the
// person, the machine or the hour of the build. Owners are the packagers' business: everything belongs to root.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What is in a file: text, bytes, or a copy of another file. */
export type Content = string | Buffer | { readonly copyOf: string };

export interface TreeFile {
  readonly content: Content;
  /** Else an ordinary file. */
  readonly executable?: boolean;
}

/** Path from the root of the machine, without a slash in front, → file. */
export type Tree = ReadonlyMap<string, TreeFile>;

const folderMode = 0o755;

export function modeOf({ executable = false }: TreeFile): number {
  return executable ? 0o755 : 0o644;
}

/** All folders above the files, sorted: each before what is in it. */
export function foldersOf(tree: Tree): readonly string[] {
  const folders = new Set<string>();
  for (const path of tree.keys()) {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].sort();
}

export function writeTree(tree: Tree, target: string, timeSeconds: number): void {
  rmSync(target, { recursive: true, force: true });
  const folders = foldersOf(tree).map((folder) => join(target, folder));
  for (const folder of [target, ...folders]) mkdirSync(folder, { recursive: true });
  for (const [path, file] of tree) {
    const place = join(target, path);
    if (typeof file.content === 'object' && 'copyOf' in file.content)
      copyFileSync(file.content.copyOf, place);
    else writeFileSync(place, file.content);
    chmodSync(place, modeOf(file));
    lutimesSync(place, timeSeconds, timeSeconds);
  }
  // The innermost first: a change in a folder changes its time.
  for (const folder of [target, ...folders].reverse()) {
    chmodSync(folder, folderMode);
    lutimesSync(folder, timeSeconds, timeSeconds);
  }
}

export function bytesOf({ content }: TreeFile): Buffer {
  if (typeof content === 'string') return Buffer.from(content);
  return Buffer.isBuffer(content) ? content : readFileSync(content.copyOf);
}

/** One figure for all paths, modes and contents. */
export function digestOf(tree: Tree): string {
  const digest = createHash('sha256');
  for (const path of [...tree.keys()].sort()) {
    const file = tree.get(path);
    if (file === undefined) continue;
    digest.update(`${path}\0${modeOf(file)}\0${createHash('sha256').update(bytesOf(file)).digest('hex')}\n`);
  }
  return digest.digest('hex');
}

/** Without name and time, as small as it gets: the form in which manual pages and changelogs lie on a machine. */
export function gzipped(text: string): Buffer {
  return gzipSync(text, { level: 9 });
}
