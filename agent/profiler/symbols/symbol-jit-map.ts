// Names of code that a program made at run time (Node, Java, Python), from the map that it wrote: /tmp/perf-PID.map, lines of
// `START SIZE name` (tools/perf/Documentation/jit-interface.txt). In: a process and an address. Out: a name, or undefined and why.
// Maps are written by users: only a regular file of the process's own user, or of root, counts; names stay data.
// Bounds: of a longer map the end is read, where the newest code stands; all maps together have a budget.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';

export interface JitMapLimits {
  /** Of one map. */
  readonly mapBytes: number;
  /** Of all maps. */
  readonly allBytes: number;
}

const usualLimits: JitMapLimits = { mapBytes: 16 * 1024 * 1024, allBytes: 32 * 1024 * 1024 };
const longestName = 512;
const mostProcesses = 4096;

/** Why a process's code has no names: no map, one that another user wrote, or one that is only read in part. */
export type JitLack = 'absent' | 'foreign' | 'cut';

export class JitMaps {
  /** By process: why names may be missing. */
  readonly lacks = new Map<number, JitLack>();
  readonly #maps = new Map<number, JitMap | undefined>();
  readonly #uidOf: (pid: number) => number | undefined;
  readonly #limits: JitMapLimits;
  #leftBytes: number;

  constructor(uidOf: (pid: number) => number | undefined, limits: JitMapLimits = usualLimits) {
    this.#uidOf = uidOf;
    this.#limits = limits;
    this.#leftBytes = limits.allBytes;
  }

  nameAt(pid: number, address: number): string | undefined {
    if (!this.#maps.has(pid)) {
      if (this.#maps.size >= mostProcesses) return undefined;
      this.#maps.set(pid, this.#read(pid));
    }
    return this.#maps.get(pid)?.nameAt(address);
  }

  #read(pid: number): JitMap | undefined {
    for (const path of mapPaths(pid)) {
      const bytes = this.#readFile(path, pid);
      if (bytes !== undefined) return new JitMap(bytes);
    }
    if (!this.lacks.has(pid)) this.lacks.set(pid, 'absent');
    return undefined;
  }

  #readFile(path: string, pid: number): Buffer | undefined {
    let descriptor: number;
    try {
      // A device or a pipe in its place is not even opened.
      if (!lstatSync(path).isFile()) return undefined;
      descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch {
      // Most processes have none.
      return undefined;
    }
    try {
      const facts = fstatSync(descriptor);
      const uid = this.#uidOf(pid) ?? ownerOf(pid);
      // Another name of root's own file can be put there by anybody, where the kernel does not forbid it.
      const isRoots = facts.uid === 0 && facts.nlink === 1;
      if (!facts.isFile() || (facts.uid !== uid && !isRoots)) {
        this.lacks.set(pid, 'foreign');
        return undefined;
      }
      return this.#readEnd(descriptor, facts.size, pid);
    } catch {
      // The disk fails, or the file became shorter.
      return undefined;
    } finally {
      closeSync(descriptor);
    }
  }

  #readEnd(descriptor: number, size: number, pid: number): Buffer {
    const length = Math.min(size, this.#limits.mapBytes, this.#leftBytes);
    if (length < size) this.lacks.set(pid, 'cut');
    this.#leftBytes -= length;
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, size - length));
  }
}

/** In the process's own /tmp, under the number that it knows itself by; else in ours. */
function mapPaths(pid: number): readonly string[] {
  const ours = `/tmp/perf-${pid}.map`;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const inner = /^NSpid:.*?(\d+)$/m.exec(status)?.[1] ?? pid;
    const tmp = `/proc/${pid}/root/tmp`;
    // A link there would be followed among our files.
    if (lstatSync(tmp).isDirectory()) return [`${tmp}/perf-${inner}.map`, ours];
  } catch {
    // It has ended, or we may not look.
  }
  return [ours];
}

function ownerOf(pid: number): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

const lineFeed = 10;

/** Sorted by address; of several names for one address the last one counts. */
export class JitMap {
  readonly #bytes: Buffer;
  readonly #starts: Float64Array;
  readonly #sizes: Float64Array;
  readonly #lines: Uint32Array;
  readonly #named = new Map<number, string>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    const lines = linesOf(bytes);
    const order = Uint32Array.from(lines.starts, (_start, place) => place);
    order.sort((a, b) => (lines.starts[a] ?? 0) - (lines.starts[b] ?? 0) || a - b);
    this.#starts = Float64Array.from(order, (place) => lines.starts[place] ?? 0);
    this.#sizes = Float64Array.from(order, (place) => lines.sizes[place] ?? 0);
    this.#lines = Uint32Array.from(order, (place) => lines.names[place] ?? 0);
  }

  nameAt(address: number): string | undefined {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    const place = low - 1;
    const isWithin = place >= 0 && address < (this.#starts[place] ?? 0) + (this.#sizes[place] ?? 0);
    return isWithin ? this.#name(place) : undefined;
  }

  #name(place: number): string {
    const known = this.#named.get(place);
    if (known !== undefined) return known;
    const start = this.#lines[place] ?? 0;
    const end = this.#bytes.indexOf(lineFeed, start);
    const last = Math.min(end < 0 ? this.#bytes.length : end, start + 4 * longestName);
    const name = this.#bytes.toString('utf8', start, last).trim().slice(0, longestName);
    this.#named.set(place, name);
    return name;
  }
}

interface Lines {
  readonly starts: number[];
  readonly sizes: number[];
  /** Where the names begin. */
  readonly names: number[];
}

/** The first line may have been cut: it is one only when it reads as such. */
function linesOf(bytes: Buffer): Lines {
  const lines: Lines = { starts: [], sizes: [], names: [] };
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(lineFeed, at);
    const next = end < 0 ? bytes.length : end;
    addLine(lines, bytes, { at, next });
    at = next + 1;
  }
  return lines;
}

function addLine(lines: Lines, bytes: Buffer, { at, next }: { at: number; next: number }): void {
  // Longer heads are no addresses.
  const head = bytes.toString('latin1', at, Math.min(next, at + 40));
  const [whole = '', start = '', size = ''] =
    /^(?:0x)?([0-9a-f]{1,16}) (?:0x)?([0-9a-f]{1,16}) /i.exec(head) ?? [];
  if (whole === '') return;
  lines.starts.push(Number.parseInt(start, 16));
  lines.sizes.push(Number.parseInt(size, 16));
  lines.names.push(at + whole.length);
}
