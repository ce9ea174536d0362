// The cores that are online and where they sit, from /sys/devices/system/cpu (cputopology.rst of the kernel).
// In: `online`, and two topology files per core whenever that list has changed. Out: one array, the same object while
// nothing changed. It refuses a list or a topology that it cannot read whole: what is said of a package has to hold for
// all of its cores.
import type { ByteCursor } from '../../host/byte-cursor.ts';
import type { Host } from '../../host/host.ts';
import { HostError } from '../../host/host-error.ts';
import type { KernelFile } from '../../host/kernel-files.ts';

/** The most that Linux can be built for on x86 and arm. */
const coreLimit = 8192;
const largeNodeCores = 64;

export interface Core {
  /** The N of cpuN: a hardware thread. */
  readonly number: number;
  /** Its socket; 0 where the kernel knows of none. */
  readonly package: number;
  /** The physical core within the package; its threads share it. */
  readonly core: number;
}

export class OnlineCores {
  readonly #host: Host;
  readonly #file: KernelFile;
  #told: Buffer = Buffer.alloc(0);
  #cores: readonly Core[] = [];

  constructor(host: Host) {
    this.#host = host;
    this.#file = host.keep(`${cpuFolder(host)}/online`);
  }

  /** Throws HostError. */
  current(): readonly Core[] {
    const cursor = this.#file.read();
    const { bytes, end } = cursor;
    if (this.#told.compare(bytes, 0, end) === 0 && end > 0) return this.#cores;
    const told = Buffer.from(bytes.subarray(0, end));
    const numbers = parseCoreList(cursor);
    if (numbers.length === 0) throw new HostError(`read ${this.#file.path}: no list of cores`, 'EBADMSG');
    this.#cores = numbers.map((number) => readCore(this.#host, number));
    this.#told = told;
    return this.#cores;
  }

  close(): void {
    this.#file.close();
  }
}

/** A list like `0-3,8,10-11`, as one complete line; empty when it is anything else. */
export function parseCoreList(cursor: ByteCursor): readonly number[] {
  if (!cursor.nextLine()) return [];
  const numbers: number[] = [];
  const text = cursor.bytes.toString('latin1', cursor.position, cursor.lineEnd);
  for (const range of text.split(',')) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range);
    if (match === null) return [];
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first || last >= coreLimit) return [];
    for (let number = first; number <= last; number += 1) numbers.push(number);
  }
  return numbers.length <= coreLimit ? numbers : [];
}

/** ms between two readings of what costs the more the more cores there are. */
export function spacingFor(cores: number): number {
  return cores > largeNodeCores ? 30_000 : 10_000;
}

/** A file per core: its descriptor stays open, except on large nodes, where they would be too many. */
export function coreFile(host: Host, path: string): KernelFile {
  if (host.facts.cpuCount <= largeNodeCores) return host.keep(path);
  return { path, read: () => host.readBytes(path), close() {} };
}

/** The folder of a core. */
export function coreFolder(host: Host, number: number): string {
  return `${cpuFolder(host)}/cpu${number}`;
}

/** How many cores this kernel may ever have; NaN when it does not tell. */
export function readPossibleCores(host: Host): number {
  try {
    return parseCoreList(host.readBytes(`${cpuFolder(host)}/possible`)).length || Number.NaN;
  } catch {
    // Not known is the answer here.
    return Number.NaN;
  }
}

function cpuFolder(host: Host): string {
  return `${host.roots.sys}/devices/system/cpu`;
}

function readCore(host: Host, number: number): Core {
  const folder = `${coreFolder(host, number)}/topology`;
  const at = readNumber(host, `${folder}/physical_package_id`);
  return { number, package: Math.max(0, at), core: readNumber(host, `${folder}/core_id`) };
}

function readNumber(host: Host, path: string): number {
  const cursor = host.readBytes(path);
  const value = cursor.nextLine() ? cursor.decimal() : Number.NaN;
  if (!Number.isInteger(value) || value < -1) throw new HostError(`read ${path}: no number`, 'EBADMSG');
  return value;
}
