// In: which file of profiles is to be written. Out: its open writer; one stays open for the next time. For one thread.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Partition } from '../partitions/tier.ts';
import { ProfileWriter } from './profile-writer.ts';

interface Open {
  readonly path: string;
  readonly writer: ProfileWriter;
  readonly inode: number;
}

export class ProfileWriters {
  readonly #root: string;
  #open: Open | null = null;

  constructor(root: string) {
    this.#root = root;
  }

  /** Makes the file when it is missing. Throws as ProfileWriter.open does. Must not be kept over a turn of others. */
  writer(partition: Partition): ProfileWriter {
    const { path } = partition;
    if (this.#open !== null && this.#open.path === path && this.#open.inode === this.#inode(path))
      return this.#open.writer;
    this.close();
    const writer = ProfileWriter.open(this.#root, partition);
    this.#open = { path, writer, inode: this.#inode(path) };
    return writer;
  }

  /** Closes it if it is open: the file is about to leave, or its memory is not to be relied on. */
  forget({ path }: Partition): void {
    if (this.#open?.path === path) this.close();
  }

  close(): void {
    this.#open?.writer.close();
    this.#open = null;
  }

  #inode(path: string): number {
    return statSync(join(this.#root, path), { throwIfNoEntry: false })?.ino ?? -1;
  }
}
