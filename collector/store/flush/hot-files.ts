// In: samples of nodes, by hour. Out: the hot files of these hours, on disk once `commit` returns. A backlog may touch many
// hours: only some files are open at once, the others are committed already.
import { hourMs, type Partition, partitionAt } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import type { DiskRoom, HeldRoom } from '../upkeep/disk-room.ts';
import { HotFile } from './hot-file.ts';
import type { BlockRoom } from './tick-block.ts';

const maxOpenFiles = 6;
/** What a file takes that is begun, and what is committed to it at a time; twice, in its journal and in itself. */
const bytesPerFile = 3 * 1024 * 1024;

export interface HotFilesOptions {
  readonly root: string;
  readonly segment: number;
  readonly room: Pick<DiskRoom, 'take'> | undefined;
  readonly yieldTurn: YieldTurn;
}

interface Open {
  readonly file: HotFile;
  readonly room: HeldRoom | undefined;
}

export class HotFiles {
  readonly #options: HotFilesOptions;
  /** By hour, in the order of their last use. */
  readonly #open = new Map<number, Open>();
  /** Memory of blocks, by place in the group that is written. */
  readonly #rooms: BlockRoom[] = [];
  readonly #begun = new Map<number, Partition>();
  #refusedSeries = 0;
  #doubles = 0;

  constructor(options: HotFilesOptions) {
    this.#options = options;
  }

  /** Of the hour that begins `hour` hours after the epoch. Throws when there is no room for more. */
  async file(hour: number): Promise<HotFile> {
    const known = this.#open.get(hour);
    await known?.room?.keep(this.#options.yieldTurn);
    const open = known ?? (await this.#openFile(hour));
    this.#open.delete(hour);
    this.#open.set(hour, open);
    return open.file;
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
    for (const { file } of this.#open.values()) {
      if (file.commitMuch()) await yieldTurn();
    }
  }

  async commit(yieldTurn: YieldTurn): Promise<void> {
    for (const [hour, { file }] of this.#open) {
      await yieldTurn();
      file.commit();
      await yieldTurn();
      this.#done(hour);
    }
    await yieldTurn();
  }

  /** Gives up what was not committed. Idempotent. */
  close(): void {
    for (const hour of this.#open.keys()) this.#close(hour);
  }

  async #openFile(hour: number): Promise<Open> {
    const [oldest] = this.#open.keys();
    if (this.#open.size >= maxOpenFiles && oldest !== undefined) {
      this.#open.get(oldest)?.file.commit();
      this.#done(oldest);
    }
    const { root, segment, room, yieldTurn } = this.#options;
    const partition = partitionAt('hot', hour * hourMs);
    const held = await room?.take(partition, bytesPerFile, yieldTurn);
    try {
      const isNew = !this.#begun.has(hour);
      const file = new HotFile(root, partition, { segment, isNew, rooms: this.#rooms });
      this.#begun.set(hour, partition);
      return { file, room: held };
    } catch (error) {
      held?.release();
      throw error;
    }
  }

  #done(hour: number): void {
    const file = this.#open.get(hour)?.file;
    this.#refusedSeries += file?.refusedSeries ?? 0;
    this.#doubles += file?.doubles ?? 0;
    this.#close(hour);
  }

  #close(hour: number): void {
    const open = this.#open.get(hour);
    this.#open.delete(hour);
    open?.file.close();
    open?.room?.release();
  }
}
