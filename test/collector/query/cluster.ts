// For tests: a store with several nodes whose samples are written out, and questions to it.
import { createQuery } from '../../../collector/query/create-query.ts';
import type { RangeQuery, TopQuery } from '../../../collector/query/range.ts';
import type { Store } from '../../../collector/store/store.ts';
import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import { appendTicks, handClock, openStore, t0, tick } from '../store/open-store.ts';

export const intervalMs = 5000;

/** [seconds after t0, value of each series] for each node. */
export type Course = readonly (readonly [number, ...number[]])[];

export async function clusterWith(
  series: readonly SeriesDefinition[],
  nodes: Readonly<Record<string, Course>>,
): Promise<{ store: Store; clock: ReturnType<typeof handClock> }> {
  const clock = handClock();
  const store = await openStore({ clock });
  for (const [name, course] of Object.entries(nodes)) {
    await store.putNode({ name, role: 'compute', bootId: 'b', agentVersion: '1', intervalMs }, t0);
    const ticks = course.map(([second, ...values]) => tick(t0 + second * 1000, series, values));
    await appendTicks(store, ticks, { node: name, spoolId: 'spool' });
  }
  return { store, clock };
}

export type Wish = Partial<RangeQuery> & {
  readonly from?: number;
  readonly to: number;
  readonly step?: number;
};

/** Rows as [node, metric or label values, values …]; times are seconds after t0. */
export async function table(store: Store, metrics: readonly string[], wish: Wish) {
  const { from = 1, to, step, ...rest } = wish;
  const answer = await createQuery(store, handClock()).metricTable({
    nodes: (await store.nodes()).map(({ name }) => name),
    selectors: metrics.map((metric) => ({ metric, match: {} })),
    fromMs: t0 + from * 1000,
    toMs: t0 + to * 1000,
    stepMs: step === undefined ? null : step * 1000,
    aggregate: 'avg',
    bands: null,
    within: null,
    across: [],
    by: null,
    ...rest,
  });
  return {
    ...answer,
    times: Array.from(answer.timesMs, (timeMs) => (timeMs - t0) / 1000),
    rows: answer.rows.map(({ values, band, ...row }) => ({
      ...row,
      values: listOf(values),
      ...(band === null ? {} : { min: listOf(band.min), max: listOf(band.max) }),
    })),
  };
}

export function top(store: Store, metric: string, wish: Partial<TopQuery> = {}, clock = handClock()) {
  return store.nodes().then((nodes) =>
    createQuery(store, clock).top({
      nodes: nodes.map(({ name }) => name),
      selector: { metric, match: {} },
      when: null,
      aggregate: 'avg',
      of: 'nodes',
      within: null,
      order: 'highest',
      limit: 10,
      ...wish,
    }),
  );
}

/** null where there is none. */
function listOf(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
}
