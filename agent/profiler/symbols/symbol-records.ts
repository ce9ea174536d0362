// Renames the files within a recording. In: the file of `perf record`, not compressed. Out: what was mapped, and the recording with
// a short name of ours (`j7`) in the place of each. So perf looks only for files that we laid out for it: no path of a
// container or of a user is followed, two files of one name stay apart, and the name of a file cannot imitate perf's own words.
// Memory without a file keeps its true addresses, which a map of code made at run time is asked for.
// It refuses nothing: what is no such record, or beyond the bound, stays as it is or has no file. (perf.data-file-format.txt)
import { type FileHandle, open } from 'node:fs/promises';

const magic = 'PERFILE2';
const dataOffsetAt = 40;
const dataSizeAt = 48;
const windowBytes = 1024 * 1024;
const headBytes = 8;
const records = { mmap: 1, mmap2: 10, sample: 9 } as const;
const mmapName = 40;
const mmap2Name = 72;
/** Bits of a record's head: whose it is, and whether ids of the build stand where the inode would. */
const whose = 7;
const kernels = 1;
const hasBuildId = 1 << 14;
const mostFiles = 20_000;
const mostPlaces = 4;

/** Where a process had it. */
export interface MappedPlace {
  readonly pid: number;
  readonly start: bigint;
  readonly end: bigint;
}

export interface MappedFile {
  /** Ours, as it stands in the recording now. */
  readonly label: string;
  /** As the kernel told it, hostile. */
  readonly path: string;
  /** 0: not known. */
  readonly inode: number;
  readonly places: MappedPlace[];
}

export interface MappedFiles {
  readonly files: ReadonlyMap<string, MappedFile>;
  /** True when the kernel itself was sampled. */
  readonly hasKernel: boolean;
  readonly samples: number;
}

/** Memory without a file: code made at run time. */
export const anonymousLabel = 'j0';
export const vdsoLabel = 'j1';

export async function renameMappedFiles(path: string): Promise<MappedFiles> {
  const file = await open(path, 'r+');
  try {
    const header = Buffer.alloc(64);
    await file.read(header, 0, header.length, 0);
    const renaming = new Renaming();
    if (header.toString('latin1', 0, magic.length) !== magic) return renaming;
    const start = Number(header.readBigUInt64LE(dataOffsetAt));
    await walk(file, { start, end: start + Number(header.readBigUInt64LE(dataSizeAt)) }, renaming);
    return renaming;
  } finally {
    await file.close();
  }
}

async function walk(
  file: FileHandle,
  { start, end }: { readonly start: number; readonly end: number },
  renaming: Renaming,
): Promise<void> {
  const window = Buffer.alloc(windowBytes);
  let position = start;
  while (position < end) {
    const { bytesRead } = await file.read(window, 0, Math.min(windowBytes, end - position), position);
    const bytes = window.subarray(0, bytesRead);
    const { used, changed } = renaming.window(bytes, position + bytesRead >= end);
    if (changed) await file.write(bytes, 0, bytesRead, position);
    if (used === 0) return;
    position += used;
  }
}

class Renaming implements MappedFiles {
  hasKernel = false;
  samples = 0;
  readonly files = new Map<string, MappedFile>();
  readonly #labels = new Map<string, MappedFile>();

  /** `used`: to the begin of the first record that is not whole. */
  window(bytes: Buffer, isLast: boolean): { used: number; changed: boolean } {
    let at = 0;
    let changed = false;
    while (at + headBytes <= bytes.length) {
      const size = bytes.readUInt16LE(at + 6);
      if (size < headBytes) return { used: 0, changed };
      if (at + size > bytes.length) break;
      if (this.#record(bytes.subarray(at, at + size))) changed = true;
      at += size;
    }
    return { used: isLast ? 0 : at, changed };
  }

  #record(record: Buffer): boolean {
    const type = record.readUInt32LE(0);
    const isKernels = (record.readUInt16LE(4) & whose) === kernels;
    if (type === records.sample) {
      this.samples += 1;
      if (isKernels) this.hasKernel = true;
      return false;
    }
    if (isKernels) return false;
    if (type === records.mmap && record.length > mmapName) return this.#mapping(record, mmapName);
    if (type === records.mmap2 && record.length > mmap2Name) return this.#mapping(record, mmap2Name);
    return false;
  }

  #mapping(record: Buffer, nameAt: number): boolean {
    const end = record.indexOf(0, nameAt);
    if (end < 0) return false;
    const path = record.toString('utf8', nameAt, end);
    const label = this.#labelOf(path, record, nameAt);
    if (label === undefined) return false;
    // A name fills its room up to a multiple of eight bytes.
    const room = Math.ceil((end + 1 - nameAt) / 8) * 8;
    if (label.length >= room || nameAt + room > record.length) return false;
    record.fill(0, nameAt, nameAt + room).write(label, nameAt, 'latin1');
    if (label === anonymousLabel) record.copy(record, 32, 16, 24);
    return true;
  }

  #labelOf(path: string, record: Buffer, nameAt: number): string | undefined {
    if (path === '[vdso]') return vdsoLabel;
    if (path === '' || /^\/\/anon|^\/dev\/zero|^\/anon_hugepage/.test(path)) return anonymousLabel;
    if (!path.startsWith('/') || path.startsWith('/SYSV')) return undefined;
    const isInodeTold = nameAt === mmap2Name && (record.readUInt16LE(4) & hasBuildId) === 0;
    const inode = isInodeTold ? Number(record.readBigUInt64LE(48)) : 0;
    const device = isInodeTold ? record.readBigUInt64LE(40) : 0n;
    const file = this.#fileOf(`${device}:${inode}:${path}`, path, inode);
    if (file === undefined) return anonymousLabel;
    const start = record.readBigUInt64LE(16);
    if (file.places.length < mostPlaces) {
      file.places.push({ pid: record.readInt32LE(8), start, end: start + record.readBigUInt64LE(24) });
    }
    return file.label;
  }

  #fileOf(key: string, path: string, inode: number): MappedFile | undefined {
    const known = this.#labels.get(key);
    if (known !== undefined || this.files.size >= mostFiles) return known;
    const file = { label: `j${this.files.size + 2}`, path, inode, places: [] };
    this.#labels.set(key, file);
    this.files.set(file.label, file);
    return file;
  }
}
