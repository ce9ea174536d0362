// In: the stacks of a profile that is over. Out: a row with what it weighs in the tree that all profiles of the file share,
// and one with what it adds to that tree, in one transaction.
// Stacks beyond the bounds are kept, but share nothing: a hostile or odd profile must not fill the tree for the others.
//
// Invariants: memory follows the file: the tree grows only after the commit.
import { join } from 'node:path';
import type { Frame, RecordedStacks, StackTree } from '../../../shared/model/profile.ts';
import { openFileForWriting } from '../partitions/partition-database.ts';
import { type Partition, tierLayouts } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { ProfileFile } from './profile-file.ts';
import { emptyHead, ProfileTables, profileTables } from './profile-tables.ts';
import { encodeSamples } from './sample-rows.ts';
import { encodeGrowth, encodeStacks, type StackRow } from './stack-rows.ts';
import { frameKey, TreeIndex } from './tree-index.ts';

export interface SharingBounds {
  /** Of the tree of a file. */
  readonly nodes: number;
  readonly frames: number;
  /** By which one profile may make it grow. */
  readonly newNodes: number;
  readonly newFrames: number;
  /** Of a stack. */
  readonly depth: number;
  /** Characters of a function and its module. */
  readonly frameText: number;
}

const sharingBounds: SharingBounds = {
  nodes: 2 ** 22,
  frames: 2 ** 18,
  newNodes: 2 ** 15,
  newFrames: 2 ** 13,
  depth: 512,
  frameText: 2048,
};

/** What a profile would add, numbered as it will be. */
interface Addition {
  readonly frames: Frame[];
  readonly parents: number[];
  readonly frameIds: number[];
}

interface SharedStacks {
  readonly stacks: Extract<StackRow, { readonly kind: 'shared' }>;
  /** For each node of the profile its place among those in which something ended; -1: nothing did. */
  readonly places: readonly number[];
}

export class ProfileWriter {
  readonly #file: ProfileFile;
  readonly #index: TreeIndex;
  readonly #bounds: SharingBounds;

  /** Makes the file when it is missing. */
  static open(root: string, partition: Partition, bounds: Partial<SharingBounds> = {}): ProfileWriter {
    const file = join(root, partition.path);
    const { pageBytes } = tierLayouts[partition.tier];
    const db = openFileForWriting(file, {
      pageBytes,
      tables: profileTables,
      fill: (created) => new ProfileTables(created, file, partition).putHead(emptyHead),
    });
    try {
      const tables = new ProfileTables(db, file, partition);
      tables.head();
      return new ProfileWriter(new ProfileFile(tables), { ...sharingBounds, ...bounds });
    } catch (error) {
      db.close();
      throw error;
    }
  }

  private constructor(file: ProfileFile, bounds: SharingBounds) {
    this.#file = file;
    this.#index = new TreeIndex(file.tree);
    this.#bounds = bounds;
  }

  /** Before the first `put`. */
  async load(yieldTurn: YieldTurn): Promise<void> {
    await this.#file.load(yieldTurn);
    const { frames, nodes } = this.#file.tables.head();
    this.#file.tree.skipTo(frames, nodes);
    this.#index.update();
  }

  has(id: string): boolean {
    return this.#file.tables.has(id);
  }

  /** Returns once it is synced to disk; what is there already stays as it is. */
  put(id: string, recorded: RecordedStacks): 'shared' | 'own' | 'known' {
    if (this.has(id)) return 'known';
    const addition: Addition = { frames: [], parents: [], frameIds: [] };
    const shared = this.#sharedStacks(recorded, addition);
    if (shared === undefined) {
      const { frames, parents, frameIds, self } = recorded;
      const samples = samplesOf(id, recorded, { places: null, self });
      this.#write(id, { stacks: { kind: 'own', tree: { frames, parents, frameIds, self } }, samples }, null);
      return 'own';
    }
    const { stacks, places } = shared;
    const samples = samplesOf(id, recorded, { places, self: stacks.self });
    this.#write(id, { stacks, samples }, addition.parents.length === 0 ? null : addition);
    return 'shared';
  }

  /** False when there was none. The shared tree keeps what only this one needed. */
  delete(id: string): boolean {
    const { tables } = this.#file;
    let isDeleted = false;
    tables.write(() => {
      isDeleted = tables.deleteStacks(id);
      const head = tables.head();
      if (isDeleted) tables.putHead({ ...head, profiles: head.profiles - 1 });
    });
    return isDeleted;
  }

  close(): void {
    this.#file.close();
  }

  #write(
    id: string,
    { stacks, samples }: { readonly stacks: StackRow; readonly samples: Uint8Array | null },
    addition: Addition | null,
  ): void {
    const { tables, tree } = this.#file;
    const head = tables.head();
    if (tree.nodeCount !== head.nodes || tree.frameCount !== head.frames)
      throw new Error('profiles: stacks are put before the tree was loaded');
    const data = encodeStacks(id, stacks);
    const growth =
      addition === null
        ? null
        : { key: head.growths + 1, firstFrame: tree.frameCount, firstNode: tree.nodeCount, ...addition };
    tables.write(() => {
      if (growth !== null) tables.putGrowth(growth.key, encodeGrowth(growth));
      tables.putStacks(id, data, samples);
      tables.putHead({
        growths: head.growths + (growth === null ? 0 : 1),
        frames: head.frames + (growth?.frames.length ?? 0),
        nodes: head.nodes + (growth?.parents.length ?? 0),
        profiles: head.profiles + 1,
      });
    });
    if (growth === null) return;
    this.#file.grow(growth);
    this.#index.update();
  }

  /** Fills `addition`; undefined when it would be beyond a bound. */
  #sharedStacks(stacks: StackTree, addition: Addition): SharedStacks | undefined {
    const numbers = this.#numbersOf(stacks, addition);
    if (numbers === undefined) return undefined;
    const weights = new Map<number, number>();
    for (const [place, self] of stacks.self.entries()) {
      const node = numbers[place] ?? 0;
      if (self > 0) weights.set(node, (weights.get(node) ?? 0) + self);
    }
    const nodes = [...weights.keys()].sort((a, b) => a - b);
    const placeOf = new Map(nodes.map((node, place) => [node, place]));
    return {
      stacks: { kind: 'shared', nodes, self: nodes.map((node) => weights.get(node) ?? 0) },
      places: Array.from(numbers, (node) => placeOf.get(node) ?? -1),
    };
  }

  /** Of each node of a profile's tree, in the shared one. */
  #numbersOf(stacks: StackTree, addition: Addition): Int32Array | undefined {
    const { tree } = this.#file;
    const bounds = this.#bounds;
    const frameOf = this.#frameNumbers(stacks.frames, addition.frames);
    if (frameOf === undefined) return undefined;
    const numbers = new Int32Array(stacks.parents.length);
    const depths = new Int32Array(stacks.parents.length);
    const added = new Map<number, number>();
    const most = Math.min(bounds.newNodes, bounds.nodes - tree.nodeCount);
    for (let place = 0; place < numbers.length; place += 1) {
      const above = stacks.parents[place] ?? -1;
      depths[place] = above < 0 ? 1 : (depths[above] ?? 0) + 1;
      const parent = above < 0 ? -1 : (numbers[above] ?? -1);
      const frame = frameOf[stacks.frameIds[place] ?? 0] ?? 0;
      const key = (parent + 1) * 2 * bounds.frames + frame;
      const known = this.#index.node(parent, frame) ?? added.get(key);
      numbers[place] = known ?? tree.nodeCount + addition.parents.length;
      if ((depths[place] ?? 0) > bounds.depth) return undefined;
      if (known !== undefined) continue;
      if (addition.parents.length >= most) return undefined;
      added.set(key, numbers[place] ?? 0);
      addition.parents.push(parent);
      addition.frameIds.push(frame);
    }
    return numbers;
  }

  #frameNumbers(frames: readonly Frame[], added: Frame[]): Int32Array | undefined {
    const { tree } = this.#file;
    const { newFrames, frames: most, frameText } = this.#bounds;
    const numbers = new Int32Array(frames.length);
    const addedNumbers = new Map<string, number>();
    for (const [place, frame] of frames.entries()) {
      if (frame.function.length + frame.module.length > frameText) return undefined;
      const known = this.#index.frame(frame) ?? addedNumbers.get(frameKey(frame));
      numbers[place] = known ?? tree.frameCount + added.length;
      if (known !== undefined) continue;
      if (added.length >= Math.min(newFrames, most - tree.frameCount)) return undefined;
      addedNumbers.set(frameKey(frame), tree.frameCount + added.length);
      added.push(frame);
    }
    return numbers;
  }
}

/** null: there are none, or some end where nothing ended. `places`: what the nodes are called in the row; null: as they are. */
function samplesOf(
  id: string,
  { threads, samples }: RecordedStacks,
  { places, self }: { readonly places: readonly number[] | null; readonly self: ArrayLike<number> },
): Uint8Array | null {
  if (samples === null) return null;
  const nodes = places === null ? samples.nodes : samples.nodes.map((node) => places[node] ?? -1);
  if (nodes.includes(-1)) return null;
  return encodeSamples(id, { threads, samples: { ...samples, nodes } }, self);
}
