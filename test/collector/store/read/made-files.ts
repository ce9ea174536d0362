// For tests: a store's folder with partition files that are made of plain samples, as flush and compaction would make them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { encodeBuckets } from '../../../../collector/store/columns/bucket-codec.ts';
import { rollUp } from '../../../../collector/store/columns/roll-up.ts';
import type { HeadSamples } from '../../../../collector/store/front/reader-door.ts';
import { slotGrid } from '../../../../collector/store/partitions/bucket-grids.ts';
import { type GroupColumns, toNewGroup } from '../../../../collector/store/partitions/node-columns.ts';
import { PartitionWriter } from '../../../../collector/store/partitions/partition-writer.ts';
import { dayMs, hourMs, partitionAt, type Tier } from '../../../../collector/store/partitions/tier.ts';
import { StoreFiles } from '../../../../collector/store/read/store-files.ts';
import type { SeriesDefinition } from '../../../../shared/model/metric.ts';

/** A whole hour, the first of a day. */
export const hour0 = Date.UTC(2026, 10, 20);
export const lookbackMs = 15_000;

/** Samples of one series of one node; NaN: the tick has no such sample. */
export interface Course {
  readonly node: string;
  readonly series: SeriesDefinition;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

export const emptyHead: HeadSamples = {
  nodes: [],
  series: [],
  nodeOf: new Uint32Array(0),
  seriesOf: new Uint32Array(0),
  starts: Uint32Array.of(0),
  timesMs: new Float64Array(0),
  values: new Float64Array(0),
};

export interface MadeFiles {
  readonly root: string;
  readonly files: StoreFiles;
  readonly damaged: string[];
  /** What of the courses lies between the two times (the end excluded), as one slot for each `slotMs`. */
  hot(courses: readonly Course[], fromMs: number, toMs: number, slotMs?: number): void;
  /** All of the courses as one slot of the hot file of an hour. */
  hotSlot(courses: readonly Course[], hourMs: number, origin: number): void;
  raw(courses: readonly Course[], hourMs: number): void;
  minute(courses: readonly Course[], hourMs: number): void;
  tenMinutes(courses: readonly Course[], dayMs: number): void;
}

export function makeFiles(): MadeFiles {
  const root = mkdtempSync(join(tmpdir(), 'jidi-read-'));
  const damaged: string[] = [];
  const files = new StoreFiles(root, (path) => damaged.push(path));
  onTestFinished(() => {
    files.close();
    rmSync(root, { recursive: true, force: true });
  });
  return {
    root,
    files,
    damaged,
    hot(courses, fromMs, toMs, slotMs = 120_000) {
      for (let begin = fromMs; begin < toMs; begin += slotMs) {
        const part = courses.map((course) => between(course, begin, Math.min(begin + slotMs, toMs)));
        writeSamples(root, 'hot', part, { origin: Math.floor(begin / 1000), atMs: fromMs });
      }
    },
    hotSlot: (courses, atMs, origin) => writeSamples(root, 'hot', courses, { origin, atMs }),
    raw: (courses, begin) => {
      const part = courses.map((course) => between(course, begin, begin + hourMs));
      writeSamples(root, 'raw', part, { origin: begin, atMs: begin });
    },
    minute: (courses, begin) => writeBuckets(root, 'minute', courses, begin),
    tenMinutes: (courses, begin) => writeBuckets(root, 'ten-minutes', courses, begin),
  };
}

/** Samples as a head would give them. */
export function headOf(nodes: readonly string[], courses: readonly Course[]): HeadSamples {
  const present = courses.map((course) => withoutAbsent(course)).filter(({ timesMs }) => timesMs.length > 0);
  const starts = [0];
  for (const { timesMs } of present) starts.push((starts.at(-1) ?? 0) + timesMs.length);
  return {
    nodes,
    series: present.map(({ series }) => series),
    nodeOf: Uint32Array.from(present, ({ node }) => nodes.indexOf(node)),
    seriesOf: Uint32Array.from(present, (_, run) => run),
    starts: Uint32Array.from(starts),
    timesMs: Float64Array.from(present.flatMap(({ timesMs }) => [...timesMs])),
    values: Float64Array.from(present.flatMap(({ values }) => [...values])),
  };
}

/** A course from [seconds after hour0, value]. */
export function course(
  node: string,
  series: SeriesDefinition,
  samples: readonly (readonly [number, number])[],
): Course {
  return {
    node,
    series,
    timesMs: Float64Array.from(samples, ([second]) => hour0 + second * 1000),
    values: Float64Array.from(samples, ([, value]) => value),
  };
}

export function between({ timesMs, values, ...rest }: Course, fromMs: number, toMs: number): Course {
  const places = [...timesMs.keys()].filter((place) => {
    const timeMs = timesMs[place] ?? 0;
    return timeMs >= fromMs && timeMs < toMs;
  });
  return {
    ...rest,
    timesMs: Float64Array.from(places, (place) => timesMs[place] ?? 0),
    values: Float64Array.from(places, (place) => values[place] ?? Number.NaN),
  };
}

export function withoutAbsent({ timesMs, values, ...rest }: Course): Course {
  const isThere = (_: unknown, place: number) => !Number.isNaN(values[place]);
  return { ...rest, timesMs: timesMs.filter(isThere), values: values.filter(isThere) };
}

/** Courses of one node share its times. */
function writeSamples(
  root: string,
  tier: Extract<Tier, 'hot' | 'raw'>,
  courses: readonly Course[],
  { origin, atMs }: { origin: number; atMs: number },
): void {
  const writer = PartitionWriter.open(root, partitionAt(tier, atMs));
  writer.transaction(() => {
    const groups = new Map<number, GroupColumns[number][]>();
    for (const { node, series, timesMs, values } of courses) {
      const id = writer.addNode(node);
      const number = writer.addSeries(series) ?? 0;
      writer.addSeriesOfNode(id, [number]);
      if (timesMs.length === 0) continue;
      const { group, place } = writer.reader.placeOf(id);
      const nodes = groups.get(group) ?? [];
      groups.set(group, nodes);
      const known = nodes[place]?.columns ?? new Map();
      nodes[place] = {
        timesMs,
        columns: new Map([...known, [number, { values, decimals: series.decimals }]]),
      };
    }
    const slot = writer.slot(origin);
    for (const [group, nodes] of groups) {
      const made = toNewGroup(
        group,
        Array.from(nodes, (node) => node ?? null),
        tier === 'hot' ? 'none' : 'zstd',
      );
      if (made !== undefined) writer.putGroup(slot, made);
    }
  });
  writer.close();
}

function writeBuckets(
  root: string,
  tier: Extract<Tier, 'minute' | 'ten-minutes'>,
  courses: readonly Course[],
  slotMs: number,
): void {
  const lengthMs = tier === 'minute' ? hourMs : dayMs;
  const grid = slotGrid(tier, slotMs);
  const writer = PartitionWriter.open(root, partitionAt(tier, slotMs));
  writer.transaction(() => {
    const groups = new Map<number, Map<number, (ReturnType<typeof rollUp> | null)[]>>();
    const seriesById = new Map<number, SeriesDefinition>();
    for (const whole of courses) {
      const { node, series } = whole;
      const { timesMs, values } = withoutAbsent(between(whole, slotMs, slotMs + lengthMs));
      if (timesMs.length === 0) continue;
      const id = writer.addNode(node);
      const number = writer.addSeries(series) ?? 0;
      seriesById.set(number, series);
      writer.addSeriesOfNode(id, [number]);
      const earlier = withoutAbsent(between(whole, 0, slotMs));
      const before = { timeMs: earlier.timesMs.at(-1) ?? 0, value: earlier.values.at(-1) ?? 0 };
      const options = { lookbackMs, decimals: series.decimals };
      const withBefore = earlier.timesMs.length === 0 ? options : { ...options, before };
      const { group, place } = writer.reader.placeOf(id);
      const ofGroup = groups.get(group) ?? new Map<number, (ReturnType<typeof rollUp> | null)[]>();
      groups.set(group, ofGroup);
      const places = ofGroup.get(number) ?? [];
      ofGroup.set(number, places);
      places[place] = rollUp(series.kind, { timesMs, values }, grid, withBefore);
    }
    const slot = writer.slot(slotMs);
    for (const [group, bySeries] of groups) {
      const chunks = [...bySeries]
        .sort(([left], [right]) => left - right)
        .map(([number, places]) => {
          const nodes = Array.from(places, (buckets) => buckets ?? null);
          const decimals = seriesById.get(number)?.decimals ?? 0;
          return [number, encodeBuckets(nodes, { decimals, compression: 'zstd' })] as const;
        });
      const lastMs = grid.firstMs + (grid.count - 1) * grid.stepMs;
      writer.putGroup(slot, { group, times: [], firstMs: slotMs, lastMs, chunks });
    }
  });
  writer.close();
}
