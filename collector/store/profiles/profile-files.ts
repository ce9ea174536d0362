// In: which file of profiles is to be read. Out: what `read` gives of it, with its shared tree in memory; the last few stay
// open. One reading at a time: a file may be closed for the next.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDamage } from '../partitions/damage.ts';
import type { Partition } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { ProfileFile } from './profile-file.ts';

/** Their trees may be large. */
const maxOpen = 2;

interface Open {
  readonly file: ProfileFile;
  readonly inode: number;
}

export type OnDamage = (path: string, error: unknown) => void;

export class ProfileFiles {
  readonly #root: string;
  readonly #onDamage: OnDamage;
  /** By path, in the order of their last use. */
  readonly #open = new Map<string, Open>();
  readonly #told = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(root: string, onDamage: OnDamage) {
    this.#root = root;
    this.#onDamage = onDamage;
  }

  /** undefined: there is no such file, or what was wanted of it is damaged, which is told. */
  read<T>(
    partition: Partition,
    yieldTurn: YieldTurn,
    read: (file: ProfileFile) => T | Promise<T>,
  ): Promise<T | undefined> {
    const result = this.#last.then(() => this.#readNow(partition, yieldTurn, read));
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Each file once. */
  tellDamage(partition: Partition, error: unknown): void {
    const key = `${partition.path} ${this.#open.get(partition.path)?.inode}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#onDamage(partition.path, error);
  }

  close(): void {
    this.#isClosed = true;
    for (const path of this.#open.keys()) this.#close(path);
  }

  async #readNow<T>(
    partition: Partition,
    yieldTurn: YieldTurn,
    read: (file: ProfileFile) => T | Promise<T>,
  ): Promise<T | undefined> {
    try {
      const file = this.#file(partition);
      if (file === undefined) return undefined;
      await file.load(yieldTurn);
      for (const error of file.damages) this.tellDamage(partition, error);
      return await read(file);
    } catch (error) {
      if (this.#isClosed) return undefined;
      if (!isDamage(error)) throw error;
      this.tellDamage(partition, error);
      return undefined;
    }
  }

  #file(partition: Partition): ProfileFile | undefined {
    const { path } = partition;
    const inode = statSync(join(this.#root, path), { throwIfNoEntry: false })?.ino;
    const known = this.#open.get(path);
    this.#open.delete(path);
    if (known !== undefined && known.inode === inode) {
      this.#open.set(path, known);
      return known.file;
    }
    known?.file.close();
    if (inode === undefined || this.#isClosed) return undefined;
    const file = this.#opened(partition);
    if (file === undefined) return undefined;
    this.#open.set(path, { file, inode });
    const [oldest] = this.#open.keys();
    if (this.#open.size > maxOpen && oldest !== undefined) this.#close(oldest);
    return file;
  }

  #close(path: string): void {
    this.#open.get(path)?.file.close();
    this.#open.delete(path);
  }

  /** It may have been dropped since it was looked for. */
  #opened(partition: Partition): ProfileFile | undefined {
    try {
      return ProfileFile.open(this.#root, partition);
    } catch (error) {
      if (!existsSync(join(this.#root, partition.path))) return undefined;
      throw error;
    }
  }
}
