// Lays out the files from which perf may read symbols and unwind tables, under the labels of the recording. In: what was mapped,
// and whether the reader has our rights. Out: links in the folder, descriptors for the reader, and what could not be had.
// A file is the one that was mapped: the number of its inode must agree, be it deleted, replaced or within a container.
// It refuses what is no regular file, and copies of closed files beyond a bound.
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  type Stats,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../../shared/errors.ts';
import { type MappedFile, type MappedFiles, vdsoLabel } from './symbol-records.ts';

const mostLaidOut = 4096;
/** The reader takes them over, one number each. */
const mostDescriptors = 200;
const programName = 'perf';
const mostCopiedBytes = 256 * 1024 * 1024;
const readable = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Why a file is not there: removed or replaced, beyond a bound, or not ours to read. */
export type FileLack = 'gone' | 'too-large' | 'too-many' | 'unreadable';

export interface LaidOutFiles {
  readonly lacks: ReadonlyMap<string, FileLack>;
  /** To be the reader's descriptors from 3 on; `close` them when it runs. */
  readonly descriptors: readonly number[];
  /** A name by which the reader can start the program, also one in a folder that is closed to it. */
  program(path: string): string;
  close(): void;
}

export interface FileLayout {
  readonly folder: string;
  /** All, only what belongs to root and nobody else may write, none. */
  readonly depth: 'all' | 'system' | 'none';
  /** The reader is another user, who may open only what all may. */
  readonly isStranger: boolean;
}

export function layOutFiles({ files }: MappedFiles, options: FileLayout): LaidOutFiles {
  const layout = new Layout(options);
  if (options.depth === 'none') return layout;
  layOutVdso(options.folder);
  for (const file of files.values()) layout.add(file);
  return layout;
}

class Layout implements LaidOutFiles {
  readonly lacks = new Map<string, FileLack>();
  readonly descriptors: number[] = [];
  readonly #options: FileLayout;
  #count = 0;
  #copiedBytes = 0;

  constructor(options: FileLayout) {
    this.#options = options;
  }

  add(file: MappedFile): void {
    const lack = this.#count >= mostLaidOut ? 'too-many' : this.#layOut(file);
    this.#count += 1;
    if (lack !== undefined) this.lacks.set(file.label, lack);
  }

  program(path: string): string {
    const { folder, isStranger } = this.#options;
    if (!isStranger || isOpenToAll(path)) return path;
    try {
      const number = 2 + this.descriptors.push(openSync(path, readable));
      link(`/proc/self/fd/${number}`, join(folder, programName));
      return `./${programName}`;
    } catch {
      // Starting it will say what is wrong.
      return path;
    }
  }

  close(): void {
    for (const descriptor of this.descriptors) closeSync(descriptor);
    this.descriptors.length = 0;
  }

  #layOut(file: MappedFile): FileLack | undefined {
    const { folder, depth, isStranger } = this.#options;
    const at = join(folder, file.label);
    const path = livingPath(file);
    if (depth === 'system' && (path === undefined || !isOfSystem(path))) return 'unreadable';
    if (path !== undefined && (!isStranger || isOpenToAll(path))) return link(path, at);
    const descriptor = openMapped(file);
    if (typeof descriptor !== 'number') return descriptor;
    const facts = fstatSync(descriptor);
    const mayOpen = !isStranger || (facts.mode & 0o004) !== 0;
    if (mayOpen && this.descriptors.length < mostDescriptors) {
      const number = 2 + this.descriptors.push(descriptor);
      return link(`/proc/self/fd/${number}`, at);
    }
    const lack = this.#copy(descriptor, facts, at);
    closeSync(descriptor);
    return lack;
  }

  #copy(descriptor: number, { size }: Stats, at: string): FileLack | undefined {
    if (this.#copiedBytes + size > mostCopiedBytes) return 'too-large';
    this.#copiedBytes += size;
    try {
      copyFileSync(`/proc/self/fd/${descriptor}`, at, constants.COPYFILE_FICLONE);
      chmodSync(at, 0o444);
      return undefined;
    } catch {
      // The disk is full, or the file is on one that fails.
      return 'unreadable';
    }
  }
}

function link(to: string, at: string): undefined {
  symlinkSync(to, at);
  return undefined;
}

/** Its path among our own files, when it is still that file. */
function livingPath({ path, inode }: MappedFile): string | undefined {
  const found = factsOf(path);
  return found !== undefined && isIt(found, inode) ? path : undefined;
}

function isIt(facts: Stats, inode: number): boolean {
  return facts.isFile() && (inode === 0 || facts.ino === inode);
}

/** Only root can have made it. */
function isOfSystem(path: string): boolean {
  const facts = factsOf(path);
  return facts !== undefined && facts.uid === 0 && (facts.mode & 0o022) === 0;
}

function isOpenToAll(path: string): boolean {
  if (((factsOf(path)?.mode ?? 0) & 0o004) === 0) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (((factsOf(folder)?.mode ?? 0) & 0o001) === 0) return false;
    if (folder === '/' || folder === '.') return true;
  }
}

/** Through a process that has it, which also finds what is deleted or in a container. */
function openMapped(file: MappedFile): number | FileLack {
  let lack: FileLack = 'gone';
  for (const candidate of candidates(file)) {
    try {
      // Told before it is opened: opening a device may do things.
      if (!isIt(statSync(candidate), file.inode)) continue;
      lack = 'unreadable';
      const descriptor = openSync(candidate, readable);
      if (isIt(fstatSync(descriptor), file.inode)) return descriptor;
      closeSync(descriptor);
    } catch (error) {
      // Not by this way; the next one may lead there. Behind a door that is closed to us it may be still.
      if (['EACCES', 'EPERM'].includes(errorCode(error) ?? '')) lack = 'unreadable';
    }
  }
  return lack;
}

function* candidates({ path, places, inode }: MappedFile): Generator<string> {
  for (const { pid, start, end } of places) {
    // Links of the kernel to the file itself: no path is followed.
    yield `/proc/${pid}/map_files/${start.toString(16)}-${end.toString(16)}`;
    if (inode !== 0) yield `/proc/${pid}/exe`;
    yield `/proc/${pid}/root${path}`;
  }
  yield path;
}

function factsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    // Gone, or in a folder that is closed to us.
    return undefined;
  }
}

/** The piece of the kernel that every process has is ours, too; perf would leave a copy of it in /tmp. */
function layOutVdso(folder: string): void {
  const maps = readFileSync('/proc/self/maps', 'latin1');
  const [, start, end] = /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m.exec(maps) ?? [];
  if (start === undefined || end === undefined) return;
  const from = Number.parseInt(start, 16);
  const bytes = Buffer.alloc(Math.min(65_536, Number.parseInt(end, 16) - from));
  const memory = openSync('/proc/self/mem', 'r');
  try {
    readSync(memory, bytes, 0, bytes.length, from);
    writeFileSync(join(folder, vdsoLabel), bytes, { mode: 0o444 });
  } catch {
    // Stacks through it end there.
  } finally {
    closeSync(memory);
  }
}
