// In: a selection, a grid, the store's files and the head. Out: from where each hour of the range is read for each node.
//
//   ten-minutes  a day that is closed, when the step is a multiple of ten minutes
//   minute       an hour that is closed, when the step is a multiple of a minute
//   samples      all other hours: raw and hot files, and the head
//
// An hour is closed for a node when its roll-up is made and nothing came since: the hot file of that hour and the head have
// nothing of the node. What a tier does not keep any more is taken from the next coarser one.
import type { BucketGrid } from '../buckets.ts';
import { isRollUpDue } from '../compaction/roll-up-mark.ts';
import type { HeadSamples } from '../front/reader-door.ts';
import { minuteMs, tenMinutesMs } from '../partitions/bucket-grids.ts';
import { dayMs, hourMs, type Partition, type Tier } from '../partitions/tier.ts';
import type { SeriesSelection } from '../store.ts';
import type { StoreFiles } from './store-files.ts';

export interface BucketRead {
  readonly tier: Extract<Tier, 'minute' | 'ten-minutes'>;
  readonly partition: Partition;
  /** `origin` of the slot. */
  readonly slotMs: number;
  /** null: all nodes of the selection. */
  readonly nodes: ReadonlySet<number> | null;
}

export interface HourPlan {
  /** In order of time. */
  readonly buckets: readonly BucketRead[];
  /** Times of which samples are read, each for some nodes. */
  readonly samples: readonly SampleRead[];
}

export interface SampleRead {
  readonly fromMs: number;
  readonly toMs: number;
  /** null: all nodes of the selection. */
  readonly nodes: ReadonlySet<number> | null;
}

export interface PlanScope {
  readonly grid: BucketGrid;
  readonly head: HeadSamples;
  /** What of the roll-ups is damaged: it counts as not rolled up. */
  readonly lost: readonly SampleRead[];
}

export function planHours(
  files: StoreFiles,
  wish: SeriesSelection,
  { grid, head, lost }: PlanScope,
): HourPlan {
  const slots = new BucketSlots(files, wish);
  const open = openHours(files, wish, { head, lost });
  const raw = rawHours(files, wish);
  const wantsTen = grid.stepMs % tenMinutesMs === 0;
  const wantsMinute = grid.stepMs % minuteMs === 0;
  const plan = { buckets: [] as BucketRead[], samples: [] as SampleRead[] };
  for (let day = floorTo(wish.fromMs, dayMs); day <= wish.toMs; day += dayMs) {
    const ofDay = slots.find('ten-minutes', day);
    const openDay = nodesOpen(open, day, dayMs);
    if (wantsTen && ofDay !== undefined && openDay === 'none' && !slots.isStale(day)) {
      plan.buckets.push({ tier: 'ten-minutes', partition: ofDay, slotMs: day, nodes: null });
      continue;
    }
    planDay(day, { wish, slots, open, raw, wantsMinute, ofDay, plan });
  }
  return plan;
}

interface DayScope {
  readonly wish: SeriesSelection;
  readonly slots: BucketSlots;
  readonly open: OpenHours;
  readonly raw: ReadonlySet<number>;
  readonly wantsMinute: boolean;
  readonly ofDay: Partition | undefined;
  readonly plan: { readonly buckets: BucketRead[]; readonly samples: SampleRead[] };
}

function planDay(day: number, { wish, slots, open, raw, wantsMinute, ofDay, plan }: DayScope): void {
  let isAnyHour = false;
  const begin = Math.max(day, floorTo(wish.fromMs, hourMs));
  for (let hour = begin; hour < day + dayMs && hour <= wish.toMs; hour += hourMs) {
    const minute = slots.find('minute', hour);
    const some = open.get(hour);
    const isRaw = raw.has(hour);
    isAnyHour ||= minute !== undefined || some !== undefined || isRaw;
    const bySamples = { fromMs: hour, toMs: hour + hourMs - 1 };
    if (minute === undefined || (!wantsMinute && isRaw)) {
      if (isRaw || some !== undefined) plan.samples.push({ ...bySamples, nodes: null });
      continue;
    }
    if (some !== undefined) plan.samples.push({ ...bySamples, nodes: some });
    // Late samples of an hour whose raw ones are gone are counted beside its buckets.
    const closed = some === undefined || !isRaw ? null : othersThan(some, wish.nodes.length);
    if (closed === null || closed.size > 0) {
      plan.buckets.push({ tier: 'minute', partition: minute, slotMs: hour, nodes: closed });
    }
  }
  if (!isAnyHour && ofDay !== undefined) {
    plan.buckets.push({ tier: 'ten-minutes', partition: ofDay, slotMs: day, nodes: null });
  }
}

type OpenHours = ReadonlyMap<number, ReadonlySet<number>>;

/** Of which hours there is something that is not rolled up yet, and of which nodes. */
function openHours(
  files: StoreFiles,
  { nodes, fromMs, toMs }: SeriesSelection,
  { head, lost }: Omit<PlanScope, 'grid'>,
): OpenHours {
  const open = new Map<number, Set<number>>();
  const add = (hour: number, node: number) => {
    const known = open.get(hour);
    if (known === undefined) open.set(hour, new Set([node]));
    else known.add(node);
  };
  for (const partition of files.partitions('hot', fromMs, toMs)) {
    files.read(partition, ({ dictionary }) => {
      for (const [node, name] of nodes.entries()) {
        if (dictionary.nodeId(name) !== undefined) add(partition.fromMs, node);
      }
    });
  }
  for (let run = 0; run < head.nodeOf.length; run += 1) {
    const first = Math.max(fromMs, head.timesMs[head.starts[run] ?? 0] ?? 0);
    const last = Math.min(toMs, head.timesMs[(head.starts[run + 1] ?? 0) - 1] ?? 0);
    for (let hour = floorTo(first, hourMs); hour <= last; hour += hourMs) add(hour, head.nodeOf[run] ?? 0);
  }
  for (const { fromMs: firstMs, toMs: lastMs, nodes: some } of lost) {
    for (let hour = firstMs; hour <= lastMs; hour += hourMs) for (const node of some ?? []) add(hour, node);
  }
  return open;
}

function nodesOpen(open: OpenHours, fromMs: number, lengthMs: number): 'none' | 'some' {
  for (const hour of open.keys()) if (hour >= fromMs && hour < fromMs + lengthMs) return 'some';
  return 'none';
}

function rawHours(files: StoreFiles, { fromMs, toMs }: SeriesSelection): ReadonlySet<number> {
  const hours = new Set<number>();
  for (const partition of files.partitions('raw', fromMs, toMs)) {
    files.read(partition, (reader) => {
      for (const { origin } of reader.slotsBetween(fromMs, toMs)) hours.add(origin);
    });
  }
  return hours;
}

/** Which slots the roll-ups have; a file is asked when its first slot is. */
class BucketSlots {
  readonly #byOrigin = { minute: new Map<number, Partition>(), 'ten-minutes': new Map<number, Partition>() };

  readonly #staleDays = new Set<number>();

  constructor(files: StoreFiles, { fromMs, toMs }: SeriesSelection) {
    for (const tier of ['minute', 'ten-minutes'] as const) {
      for (const partition of files.partitions(tier, fromMs, toMs)) {
        files.read(partition, (reader) => {
          for (const { origin } of reader.slots()) this.#byOrigin[tier].set(origin, partition);
          if (tier === 'minute' && isRollUpDue(reader)) this.#staleDays.add(partition.fromMs);
        });
      }
    }
  }

  /** True when the minutes of the day have changed since the ten minutes were made of them. */
  isStale(day: number): boolean {
    return this.#staleDays.has(day);
  }

  find(tier: 'minute' | 'ten-minutes', slotMs: number): Partition | undefined {
    return this.#byOrigin[tier].get(slotMs);
  }
}

function othersThan(some: ReadonlySet<number>, count: number): ReadonlySet<number> {
  const others = new Set<number>();
  for (let node = 0; node < count; node += 1) if (!some.has(node)) others.add(node);
  return others;
}

export function floorTo(timeMs: number, stepMs: number): number {
  return Math.floor(timeMs / stepMs) * stepMs;
}
