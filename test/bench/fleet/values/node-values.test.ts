import { describe, expect, it } from 'vitest';
import { planFleet } from '../../../../bench/fleet/values/fleet-plan.ts';
import { NodeValues } from '../../../../bench/fleet/values/node-values.ts';
import type { MetricTick } from '../../../../shared/model/metric.ts';
import { MetricEncoder } from '../../../../shared/wire/metric-encoder.ts';

const startMs = 1_764_600_000_000;
const everyMs = 5_000;
const hourOfTicks = 720;

function ticksOf({
  node = 0,
  ticks = hourOfTicks,
  seed = 7,
  series = 256,
  nodes = 4,
}): readonly MetricTick[] {
  const plan = planFleet({ nodes, seed, startMs, series });
  const which = plan.nodes[node];
  if (which === undefined) throw new Error(`the plan has no node ${node}`);
  const values = new NodeValues(plan, which);
  return Array.from({ length: ticks }, (_, index) => values.tick(startMs + index * everyMs));
}

function keyOf(tick: MetricTick, place: number): string {
  const definition = tick.series[place];
  return `${definition?.metric} ${JSON.stringify(definition?.labels)}`;
}

/** The values of each series over the ticks, absent ones left out. */
function columnsOf(ticks: readonly MetricTick[]): ReadonlyMap<string, readonly number[]> {
  const columns = new Map<string, number[]>();
  for (const tick of ticks) {
    for (const [place, value] of tick.values.entries()) {
      if (Number.isNaN(value)) continue;
      const column = columns.get(keyOf(tick, place));
      if (column === undefined) columns.set(keyOf(tick, place), [value]);
      else column.push(value);
    }
  }
  return columns;
}

describe('NodeValues', () => {
  it('gives the same ticks for the same seed, others for another', () => {
    const once = ticksOf({ ticks: 50 }).map(({ values }) => [...values]);
    expect(ticksOf({ ticks: 50 }).map(({ values }) => [...values])).toEqual(once);
    expect(ticksOf({ ticks: 50, seed: 8 }).map(({ values }) => [...values])).not.toEqual(once);
  });

  it('gives 256 series to a node that runs a job, each of them once', () => {
    const tick = ticksOf({ ticks: 2 }).at(-1);
    const present = [...(tick?.values ?? [])].filter((value) => !Number.isNaN(value)).length;
    expect(present === 247 || present === 256).toBe(true);
    const keys = (tick?.series ?? []).map((_, place) => (tick === undefined ? '' : keyOf(tick, place)));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('lets a counter fall only when the node boots', () => {
    const plan = planFleet({ nodes: 4, seed: 7, startMs, series: 256 });
    const [node] = plan.nodes;
    if (node === undefined) throw new Error('no node');
    const values = new NodeValues(plan, node);
    const falls: string[] = [];
    let before = values.tick(startMs);
    for (let index = 1; index < hourOfTicks; index += 1) {
      if (index === 400) values.reboot();
      const tick = values.tick(startMs + index * everyMs);
      for (const [place, { kind }] of tick.series.entries()) {
        const [then = Number.NaN, now = Number.NaN] = [before.values[place], tick.values[place]];
        if (kind === 'counter' && now < then) falls.push(`${index} ${keyOf(tick, place)}`);
      }
      before = tick;
    }
    expect(falls.every((fall) => fall.startsWith('400 '))).toBe(true);
    expect(falls.length).toBeGreaterThan(100);
  });

  it('lets the modes of a core grow by the time that passed', () => {
    const ticks = ticksOf({ ticks: 30 });
    const modesOf = (tick: MetricTick | undefined) =>
      (tick?.series ?? []).reduce(
        (sum, { metric, labels }, place) =>
          metric === 'node_cpu_seconds_total' && labels['cpu'] === '3'
            ? sum + (tick?.values[place] ?? 0)
            : sum,
        0,
      );
    expect(modesOf(ticks.at(-1)) - modesOf(ticks[0])).toBeCloseTo(29 * 5, 3);
  });

  it('never repeats a stretch: the changes of busy series hold no run of twelve twice', () => {
    const columns = columnsOf(ticksOf({}));
    for (const [key, column] of columns) {
      const changes = column.slice(1).map((value, index) => Math.round((value - (column[index] ?? 0)) * 1e6));
      if (new Set(changes).size < 200) continue;
      const seen = new Set<string>();
      for (let at = 0; at + 12 <= changes.length; at += 1) {
        const run = changes.slice(at, at + 12).join(' ');
        expect(seen.has(run), key).toBe(false);
        seen.add(run);
      }
    }
    expect([...columns.values()].filter((column) => new Set(column).size > 200).length).toBeGreaterThan(80);
  });

  it('is read by the encoder of the wire, in about two bytes a sample', () => {
    const encoder = new MetricEncoder();
    let samples = 0;
    let bytes = 0;
    for (const tick of ticksOf({ ticks: 100 })) {
      for (const { values } of encoder.encode([tick]).ticks ?? []) bytes += values?.length ?? 0;
      samples += tick.values.length;
    }
    expect(bytes / samples).toBeGreaterThan(1);
    expect(bytes / samples).toBeLessThan(3);
  });

  it('begins the series of a job with it, leaves them absent after it, and forgets old ones with a new list', () => {
    const plan = planFleet({ nodes: 300, seed: 3, startMs, series: 256 });
    const node = plan.nodes.find(({ computeIndex }) => {
      const job = plan.timeline.jobAt(computeIndex, startMs + 1);
      return job !== null && job.endMs - job.startMs < 900_000;
    });
    if (node === undefined) throw new Error('no node with short jobs in the plan');
    const values = new NodeValues(plan, node);
    const lists = new Set<unknown>();
    let longest = 0;
    let absent = 0;
    for (let index = 0; index < 2_000; index += 1) {
      const tick = values.tick(startMs + index * 10_000);
      lists.add(tick.series);
      longest = Math.max(longest, tick.series.length);
      absent += [...tick.values].filter(Number.isNaN).length;
    }
    expect(absent).toBeGreaterThan(0);
    expect(lists.size).toBeGreaterThan(1);
    expect(longest).toBeLessThanOrEqual(247 + 4 * 9);
  });

  it('keeps to few series where few are asked for', () => {
    expect(ticksOf({ ticks: 1, series: 16 })[0]?.series).toHaveLength(16);
  });
});
