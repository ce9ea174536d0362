// In: the store's folder. Out: its partition files, found by tier and time, open for reading; what is decoded of them once is
// remembered as long as it is true. A file that is damaged is told once and left out.
//
// Files come and go while others have a turn: whoever goes on reading asks for the reader again.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../../shared/errors.ts';
import { unsealed } from '../columns/sealed-bytes.ts';
import { isDamage } from '../partitions/damage.ts';
import type { NumberedSeries } from '../partitions/dictionary.ts';
import { OpenPartitions } from '../partitions/open-partitions.ts';
import type { PartitionReader, SlotGroup } from '../partitions/partition-reader.ts';
import { groupId } from '../partitions/place.ts';
import type { Slot } from '../partitions/rows.ts';
import { type Partition, parsePartitionPath, type Tier } from '../partitions/tier.ts';
import { matchesAny, type SeriesSelector } from '../series-selector.ts';
import type { YieldTurn } from '../turns.ts';
import { ChunkContents } from './chunk-contents.ts';
import { SettledAnswers } from './settled-answers.ts';

/** Called once for each file. */
export type OnDamage = (path: string, error: unknown) => void;

const maxGroupsKept = 20_000;
/** An hour of a metric of 5,000 nodes takes about 1 MB, or 8 MB while it is in the hot file. */
const maxContentBytes = 64 * 1024 * 1024;
/** Lists of series: the files of a month, of some dozen nodes. */
const maxNamingsKept = 2_048;
/** One view lasts so long, and a little. */
const sliceMs = 4;
/** The clock of file systems is coarse: two changes may have the same time. */
const settledMs = 1_000;

export class StoreFiles {
  readonly #root: string;
  readonly #open: OpenPartitions;
  readonly #onDamage: OnDamage;
  readonly #damaged = new Set<string>();
  readonly #lists = new Map<
    Tier,
    { readonly changedMs: number; readonly partitions: readonly Partition[] }
  >();
  /** Slots are made anew when their file has changed. */
  #groups = new WeakMap<Slot, Map<number, SlotGroup | undefined>>();
  #groupsKept = 0;
  /** Of hot files: groups as they were when last read. */
  readonly #hotGroups = new WeakMap<PartitionReader, Map<number, SlotGroup>>();
  readonly #contents = new ChunkContents(maxContentBytes);
  readonly #seriesOfNodes: SettledAnswers<readonly NumberedSeries[]>;

  constructor(root: string, onDamage: OnDamage) {
    this.#root = root;
    this.#open = new OpenPartitions(root);
    this.#onDamage = onDamage;
    this.#seriesOfNodes = new SettledAnswers(root, maxNamingsKept);
  }

  /** Those that may hold something between the two times, both included, oldest first. */
  partitions(tier: Tier, fromMs: number, toMs: number): readonly Partition[] {
    return this.#list(tier).filter((partition) => partition.fromMs <= toMs && partition.toMs > fromMs);
  }

  /**
   * What `read` gives of a file, at one moment of it. undefined: the file is gone, or what was wanted of it is damaged.
   */
  read<T>(partition: Partition, read: (reader: PartitionReader) => T): T | undefined {
    try {
      const reader = this.#open.reader(partition);
      return reader?.view(() => read(reader));
    } catch (error) {
      if (!isDamage(error)) throw error;
      if (!this.#damaged.has(partition.path)) {
        this.#damaged.add(partition.path);
        this.#onDamage(partition.path, error);
      }
      return undefined;
    }
  }

  /**
   * Calls `step` for one item after another, many within one view; others have a turn after some of them. An item of which
   * something is damaged is left out, and so are all when the file is gone.
   */
  async readEach<T>(
    partition: Partition,
    items: readonly T[],
    step: (reader: PartitionReader, item: T) => void,
    yieldTurn: YieldTurn,
  ): Promise<void> {
    for (let at = 0; at < items.length; ) {
      const before = at;
      this.read(partition, (reader) => {
        const endMs = performance.now() + sliceMs;
        do {
          const item = items[at];
          at += 1;
          if (item !== undefined) step(reader, item);
        } while (at < items.length && performance.now() < endMs);
      });
      if (at === before) return;
      await yieldTurn();
    }
  }

  /** As `readEach`, but at once: for a few items. */
  readAll<T>(
    partition: Partition,
    items: readonly T[],
    step: (reader: PartitionReader, item: T) => void,
  ): void {
    for (let at = 0; at < items.length; ) {
      const before = at;
      this.read(partition, (reader) => {
        for (; at < items.length; ) {
          const item = items[at];
          at += 1;
          if (item !== undefined) step(reader, item);
        }
      });
      if (at === before) return;
    }
  }

  /** As the reader's `group`, remembered. */
  group(reader: PartitionReader, slot: Slot, group: number): SlotGroup | undefined {
    let known = this.#groups.get(slot);
    if (known === undefined || this.#groupsKept > maxGroupsKept) {
      if (this.#groupsKept > maxGroupsKept) {
        this.#groups = new WeakMap();
        this.#groupsKept = 0;
      }
      known = new Map();
      this.#groups.set(slot, known);
    }
    if (known.has(group)) return known.get(group);
    const found = this.#asBefore(reader, reader.group(slot, group));
    known.set(group, found);
    this.#groupsKept += 1;
    return found;
  }

  /** The content of a chunk, checked; undefined: the group does not have this series. */
  chunk(reader: PartitionReader, group: SlotGroup, series: number): Uint8Array | undefined {
    const known = this.#contents.get(group, series);
    if (known !== undefined) return known;
    const bytes = reader.chunk(group, series);
    if (bytes === undefined) return undefined;
    const content = unsealed(bytes);
    this.#contents.put(group, series, content);
    return content;
  }

  /** All series of a node in a file. */
  seriesOfNode(partition: Partition, node: string): readonly NumberedSeries[] {
    const ask = () =>
      this.read(partition, ({ dictionary }) => {
        const id = dictionary.nodeId(node);
        const numbers = id === undefined ? [] : dictionary.seriesOfNode(id);
        return numbers.flatMap((number) => dictionary.series(number) ?? []);
      });
    return this.#seriesOfNodes.get(partition, node, ask) ?? [];
  }

  close(): void {
    this.#open.closeAll();
  }

  /**
   * A hot file changes with every segment that is flushed, but a group of a slot does not: its samples are those of one
   * segment. When it has the same series and times as before it is the one from before, and so are its chunks.
   */
  #asBefore(reader: PartitionReader, found: SlotGroup | undefined): SlotGroup | undefined {
    if (found === undefined || reader.partition.tier !== 'hot') return found;
    const groups = this.#hotGroups.get(reader) ?? new Map<number, SlotGroup>();
    this.#hotGroups.set(reader, groups);
    const key = groupId(found.slot, found.group);
    const before = groups.get(key);
    if (before !== undefined && isSameGroup(before, found)) return before;
    groups.set(key, found);
    return found;
  }

  /** As listed before, unless the folder has changed since, or so shortly before that its time may not tell. */
  #list(tier: Tier): readonly Partition[] {
    const folder = join(this.#root, tier);
    const changedMs = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
    if (changedMs === undefined) return [];
    const known = this.#lists.get(tier);
    if (known?.changedMs === changedMs) return known.partitions;
    const partitions = filesIn(folder)
      .map((file) => parsePartitionPath(`${tier}/${file}`))
      .filter((partition) => partition !== undefined)
      .sort((left, right) => left.fromMs - right.fromMs);
    if (Date.now() - changedMs > settledMs) this.#lists.set(tier, { changedMs, partitions });
    return partitions;
  }
}

function isSameGroup(one: SlotGroup, other: SlotGroup): boolean {
  if (!areEqual(one.series, other.series) || one.times.length !== other.times.length) return false;
  // Most nodes share their times with the one before.
  let [left, right]: readonly (Float64Array | null)[] = [];
  for (const [place, times] of one.times.entries()) {
    const others = other.times[place] ?? null;
    if (times === left && others === right) continue;
    if (times === null || others === null ? times !== others : !areEqual(times, others)) return false;
    [left, right] = [times, others];
  }
  return true;
}

function areEqual(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  if (one.length !== other.length) return false;
  for (let place = 0; place < one.length; place += 1) if (one[place] !== other[place]) return false;
  return true;
}

/** Series of a file that any of the selectors names, each once. */
export function seriesIn(
  { dictionary }: PartitionReader,
  selectors: readonly SeriesSelector[],
): readonly NumberedSeries[] {
  const metrics = new Set(selectors.map(({ metric }) => metric));
  return [...metrics].flatMap((metric) =>
    dictionary.seriesOfMetric(metric).filter((series) => matchesAny(series, selectors)),
  );
}

/** A node that is asked about. */
export interface PlacedNode {
  /** In the question. */
  readonly node: number;
  /** In its group. */
  readonly place: number;
}

/** Where the nodes of a question are in a file; `only`: some of them, by their numbers in the question. */
export function wantedGroups(
  reader: PartitionReader,
  { nodes: names }: { readonly nodes: readonly string[] },
  only: ReadonlySet<number> | null,
): readonly (readonly [group: number, nodes: readonly PlacedNode[]])[] {
  const groups = new Map<number, PlacedNode[]>();
  for (const [node, name] of names.entries()) {
    const id = only === null || only.has(node) ? reader.dictionary.nodeId(name) : undefined;
    if (id === undefined) continue;
    const { group, place } = reader.placeOf(id);
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [{ node, place }]);
    else known.push({ node, place });
  }
  return [...groups];
}

const keys = new WeakMap<object, string>();

/** The same for a series in all files and in the head, whatever its decimals. */
export function seriesKey(series: Pick<NumberedSeries, 'metric' | 'kind' | 'labels'>): string {
  const known = keys.get(series);
  if (known !== undefined) return known;
  const texts: string[] = [series.metric, series.kind];
  for (const name of Object.keys(series.labels).sort()) texts.push(name, series.labels[name] ?? '');
  const key = JSON.stringify(texts);
  keys.set(series, key);
  return key;
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
