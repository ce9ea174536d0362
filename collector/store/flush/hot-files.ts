// In: samples of nodes, by hour. Out: the hot files of these hours, on disk once `commit` returns. A backlog may touch many
// hours: only some files are open at once, the others are committed already.
import { hourMs, type Partition, partitionAt } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { HotFile } from './hot-file.ts';

const maxOpenFiles = 6;

export class HotFiles {
  readonly #root: string;
  readonly #segment: number;
  /** By hour, in the order of their last use. */
  readonly #open = new Map<number, HotFile>();
  readonly #begun = new Map<number, Partition>();
  #refusedSeries = 0;
  #doubles = 0;

  constructor(root: string, segment: number) {
    this.#root = root;
    this.#segment = segment;
  }

  /** Of the hour that begins `hour` hours after the epoch. */
  file(hour: number): HotFile {
    const known = this.#open.get(hour);
    const file = known ?? this.#openFile(hour);
    this.#open.delete(hour);
    this.#open.set(hour, file);
    return file;
  }

  get refusedSeries(): number {
    return this.#refusedSeries;
  }

  /** Ticks that were found to be doubled only when they were put into the file. */
  get doubles(): number {
    return this.#doubles;
  }

  /** The files that were written. */
  partitions(): readonly Partition[] {
    return [...this.#begun.values()];
  }

  /** Commits files with some megabytes of news, so that no commit takes long. */
  async commitMuch(yieldTurn: YieldTurn): Promise<void> {
    for (const file of this.#open.values()) {
      if (file.commitMuch()) await yieldTurn();
    }
  }

  async commit(yieldTurn: YieldTurn): Promise<void> {
    for (const [hour, file] of this.#open) {
      await yieldTurn();
      file.commit();
      await yieldTurn();
      this.#done(hour, file);
    }
    await yieldTurn();
  }

  /** Gives up what was not committed. Idempotent. */
  close(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }

  #openFile(hour: number): HotFile {
    const [oldest] = this.#open.keys();
    if (this.#open.size >= maxOpenFiles && oldest !== undefined) this.#commit(oldest);
    const partition = partitionAt('hot', hour * hourMs);
    const isNew = !this.#begun.has(hour);
    const file = new HotFile(this.#root, partition, { segment: this.#segment, isNew });
    this.#begun.set(hour, partition);
    return file;
  }

  #commit(hour: number): void {
    const file = this.#open.get(hour);
    if (file === undefined) return;
    file.commit();
    this.#done(hour, file);
  }

  #done(hour: number, file: HotFile): void {
    this.#refusedSeries += file.refusedSeries;
    this.#doubles += file.doubles;
    this.#open.delete(hour);
    file.close();
  }
}
