// In: a file of profiles. Out: the stacks of one profile, or of many as one tree. The tree that they share is read once and
// kept; what another connection adds is read before each answer.
// It refuses: ChunkError (what was asked for is damaged; the rest is not), StoreError `corrupt` (the file is).
import { join } from 'node:path';
import type { RecordedStacks, StackTree } from '../../../shared/model/profile.ts';
import type { StacksBuilder } from '../../../shared/stacks/stacks-builder.ts';
import { isDamage } from '../partitions/damage.ts';
import { openForReading } from '../partitions/partition-database.ts';
import type { Partition } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { type GrowthRow, ProfileTables } from './profile-tables.ts';
import { decodeSamples, type ProfileSamples } from './sample-rows.ts';
import { SharedTree } from './shared-tree.ts';
import { decodeGrowth, decodeStacks, type Growth, type StackRow } from './stack-rows.ts';

/** A few milliseconds. */
const rowsPerSlice = 32;
const profilesPerSlice = 32;

export interface MergeOptions {
  readonly merger: StacksBuilder;
  readonly onDamage: (error: unknown) => void;
  readonly yieldTurn: YieldTurn;
}

export class ProfileFile {
  readonly tables: ProfileTables;
  readonly tree = new SharedTree();
  /** Rows of growth that were read so far, and those among them that are damaged. */
  #read = 0;
  readonly #damaged: unknown[] = [];

  static open(root: string, partition: Partition): ProfileFile {
    const file = join(root, partition.path);
    const db = openForReading(file);
    try {
      const tables = new ProfileTables(db, file, partition);
      tables.head();
      return new ProfileFile(tables);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Takes open tables; a writer reads its own file so. */
  constructor(tables: ProfileTables) {
    this.tables = tables;
  }

  /** What of the shared tree could not be read. */
  get damages(): readonly unknown[] {
    return this.#damaged;
  }

  /** Reads the shared tree, most of it slice by slice. */
  async load(yieldTurn: YieldTurn): Promise<void> {
    while (this.#learn(this.tables.growthsAfter(this.#read, rowsPerSlice)) === rowsPerSlice)
      await yieldTurn();
  }

  /** null: nothing of it is in the file. `load` comes first. */
  stacks(id: string): RecordedStacks | null {
    return this.#current(() => {
      const data = this.tables.stacks(id);
      if (data === undefined) {
        this.tables.checkAbsent(new Set([id]));
        return null;
      }
      const stacks = decodeStacks(data, id);
      const { tree, numbers } = this.#numbered(stacks);
      const samples = this.tables.samples(id);
      if (samples === null) return { ...tree, threads: [], samples: null };
      return { ...tree, ...renumbered(decodeSamples(samples, id, selfOf(stacks)), numbers) };
    });
  }

  /** A tree, and the numbers in it of the nodes that samples name. */
  #numbered(stacks: StackRow): { readonly tree: StackTree; readonly numbers: readonly number[] } {
    if (stacks.kind === 'shared') return this.tree.numberedTree(stacks);
    const { tree } = stacks;
    return { tree, numbers: tree.parents.map((_parent, node) => node) };
  }

  /**
   * Adds the stacks of those that are in the file to the merger and returns the others. Those that are damaged are told and
   * left out. `load` comes first.
   */
  async merge(
    ids: readonly string[],
    { merger, onDamage, yieldTurn }: MergeOptions,
  ): Promise<ReadonlySet<string>> {
    const missed = new Set(ids);
    let sums = new Float64Array(0);
    for (let from = 0; from < ids.length; from += profilesPerSlice) {
      this.#current(() => {
        if (sums.length < this.tree.nodeCount) sums = widened(sums, this.tree.nodeCount);
        for (const id of ids.slice(from, from + profilesPerSlice)) {
          const data = this.tables.stacks(id);
          if (data === undefined) continue;
          missed.delete(id);
          attempt(() => this.#add(decodeStacks(data, id), sums, merger), onDamage);
        }
      });
      await yieldTurn();
    }
    if (missed.size > 0) attempt(() => this.tables.view(() => this.tables.checkAbsent(missed)), onDamage);
    merger.addTree(this.tree.treeOf(sums));
    return missed;
  }

  /** What this connection wrote itself. */
  grow(growth: Growth): void {
    this.tree.grow(growth);
    this.#read = growth.key;
  }

  close(): void {
    this.tables.close();
  }

  #add(stacks: StackRow, sums: Float64Array, merger: StacksBuilder): void {
    if (stacks.kind === 'own') merger.addTree(stacks.tree);
    else this.tree.addTo(sums, stacks);
  }

  /** At one moment of the file, with all of the shared tree that there is then. */
  #current<T>(read: () => T): T {
    return this.tables.view(() => {
      while (this.#learn(this.tables.growthsAfter(this.#read, rowsPerSlice)) === rowsPerSlice);
      const { frames, nodes } = this.tables.head();
      this.tree.skipTo(frames, nodes);
      return read();
    });
  }

  #learn(rows: readonly GrowthRow[]): number {
    for (const { key, data } of rows) {
      this.#read = key;
      try {
        this.tree.grow(decodeGrowth(data, key));
      } catch (error) {
        if (!isDamage(error)) throw error;
        this.#damaged.push(error);
      }
    }
    return rows.length;
  }
}

function selfOf(stacks: StackRow): ArrayLike<number> {
  return stacks.kind === 'own' ? stacks.tree.self : stacks.self;
}

function renumbered({ threads, samples }: ProfileSamples, numbers: readonly number[]): ProfileSamples {
  return { threads, samples: { ...samples, nodes: samples.nodes.map((place) => numbers[place] ?? 0) } };
}

function attempt(work: () => void, onDamage: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    if (!isDamage(error)) throw error;
    onDamage(error);
  }
}

function widened(array: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const wide = new Float64Array(length);
  wide.set(array);
  return wide;
}
