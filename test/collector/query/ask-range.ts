// For tests of ranges: a store with one series, and a question whose answer is short enough to be written out.
import { expect } from 'vitest';
import { createQuery } from '../../../collector/query/create-query.ts';
import type { MetricRange } from '../../../collector/query/query.ts';
import type { Store } from '../../../collector/store/store.ts';
import { appendTicks, handClock, openStore, series, t0, tick } from '../store/open-store.ts';

export const bytes = series('node_disk_read_bytes_total', { device: 'sda' }, 'counter');
export const load = series('node_load1');

/** A store with one series whose samples are given as [seconds after t0, value]. */
export async function storeWith(
  definition: typeof load,
  samples: readonly (readonly [number, number])[],
): Promise<Store> {
  const store = await openStore();
  await addNode(store, 'n1', definition, samples);
  return store;
}

/** One more node with such a series; its name must be new. */
export async function addNode(
  store: Store,
  name: string,
  definition: typeof load,
  samples: readonly (readonly [number, number])[],
): Promise<void> {
  await store.putNode({ name, role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: 5000 }, t0);
  await appendTicks(
    store,
    samples.map(([second, value]) => tick(t0 + second * 1000, [definition], [value])),
    { node: name, spoolId: 'spool' },
  );
}

/** Samples of the only series as [seconds after t0, value]. */
export async function ask(
  store: Store,
  metric: string,
  options: Partial<MetricRange> & { to: number; step: number; from?: number },
) {
  const { from = 0, to, step, ...rest } = options;
  const answer = await createQuery(store, handClock()).metricRange({
    nodes: ['n1'],
    metric,
    match: {},
    rate: false,
    fromMs: t0 + from * 1000,
    toMs: t0 + to * 1000,
    stepMs: step * 1000,
    ...rest,
  });
  expect(answer.length).toBeLessThanOrEqual(1);
  return answer[0]?.samples.map(([second, value]): [number, number | null] => [second - t0 / 1000, value]);
}
