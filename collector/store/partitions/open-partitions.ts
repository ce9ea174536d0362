// In: which partition is to be read. Out: its open reader, kept open for the next time; the one that was used longest ago is
// closed when there are too many. For one thread; what it gives must not be kept beyond the call.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PartitionReader } from './partition-reader.ts';
import type { Partition } from './tier.ts';

export const maxOpenPartitions = 64;

interface Open {
  readonly reader: PartitionReader;
  readonly inode: number;
}

export class OpenPartitions {
  readonly #root: string;
  readonly #limit: number;
  /** By path, in the order of their last use. */
  readonly #open = new Map<string, Open>();

  constructor(root: string, limit = maxOpenPartitions) {
    this.#root = root;
    this.#limit = limit;
  }

  get count(): number {
    return this.#open.size;
  }

  /** undefined: there is no such file (any more). Throws as PartitionReader.open does. */
  reader(partition: Partition): PartitionReader | undefined {
    const { path } = partition;
    const inode = statSync(join(this.#root, path), { throwIfNoEntry: false })?.ino;
    const known = this.#open.get(path);
    if (known !== undefined && known.inode === inode) {
      this.#open.delete(path);
      this.#open.set(path, known);
      return known.reader;
    }
    this.close(path);
    if (inode === undefined) return undefined;
    const reader = this.#openReader(partition);
    if (reader === undefined) return undefined;
    this.#open.set(path, { reader, inode });
    const [oldest] = this.#open.keys();
    if (this.#open.size > this.#limit && oldest !== undefined) this.close(oldest);
    return reader;
  }

  close(path: string): void {
    this.#open.get(path)?.reader.close();
    this.#open.delete(path);
  }

  closeAll(): void {
    for (const { reader } of this.#open.values()) reader.close();
    this.#open.clear();
  }

  /** It may have been dropped since it was looked for. */
  #openReader(partition: Partition): PartitionReader | undefined {
    try {
      return PartitionReader.open(this.#root, partition);
    } catch (error) {
      if (!existsSync(join(this.#root, partition.path))) return undefined;
      throw error;
    }
  }
}
