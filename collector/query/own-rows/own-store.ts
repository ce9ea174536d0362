// In: the store, and what is a user's own. Out: the same store as if nothing else had ever been measured: what is made of it,
// averages over nodes and top lists too, is then made of own rows alone.
// It refuses (QueryError) questions for which the times of too many jobs would be read one by one.
import type { Clock } from '../../../shared/clock.ts';
import type { Gap } from '../../../shared/model/delivery.ts';
import type { MetricTick } from '../../../shared/model/metric.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import type { Store } from '../../store/store.ts';
import { rollUpOwn } from './own-roll-up.ts';
import type { OwnScope } from './own-scope.ts';

/** What questions about metrics and processes read. */
export type OwnSource = Pick<
  Store,
  'nodes' | 'latestTicks' | 'gaps' | 'gapsOf' | 'rollUp' | 'snapshots' | 'snapshotAt'
>;

export function ownStore(store: OwnSource, own: OwnScope, clock: Clock): OwnSource {
  return {
    async nodes() {
      return (await store.nodes()).filter(({ name }) => own.knows(name));
    },
    latestTicks(node) {
      if (!own.isThere(node, clock.now())) return [];
      return store
        .latestTicks(node)
        .filter(({ timeMs }) => own.isThere(node, timeMs))
        .map((tick) => ownTick(tick, own));
    },
    async gaps(node, fromMs, limit) {
      return (await store.gaps(node, fromMs, limit)).flatMap((gap) => ownGaps(node, gap, own));
    },
    async gapsOf(nodes, range) {
      const known = nodes.filter((node) => own.knows(node));
      if (known.length === 0) return [];
      const asked = new Set(known);
      return (await store.gapsOf(known, range))
        .filter(({ node }) => asked.has(node))
        .flatMap(({ node, gap }) => ownGaps(node, gap, own).map((one) => ({ node, gap: one })));
    },
    rollUp: (selection, grid, options) => rollUpOwn(store, own, { selection, grid, options }),
    async snapshots(node, range) {
      if (!own.knows(node)) return [];
      return (await store.snapshots(node, range)).map((snapshot) => ownSnapshot(snapshot, own));
    },
    async snapshotAt(node, timeMs, maxAgeMs) {
      if (!own.knows(node)) return null;
      const snapshot = await store.snapshotAt(node, timeMs, maxAgeMs);
      return snapshot === null ? null : ownSnapshot(snapshot, own);
    },
  };
}

function ownTick({ timeMs, series, values }: MetricTick, own: OwnScope): MetricTick {
  const places = series.flatMap(({ labels }, place) => (own.isOwnSeries(labels) ? place : []));
  return {
    timeMs,
    series: places.flatMap((place) => series[place] ?? []),
    values: Float64Array.from(places, (place) => values[place] ?? Number.NaN),
  };
}

/** Cut to the times at which the user was there; how much of it was lost then is not known. */
function ownGaps(node: string, gap: Gap, own: OwnScope): readonly Gap[] {
  const { fromTimeMs: fromMs, toTimeMs: toMs } = gap;
  const stays = own.stays(node, { fromMs, toMs });
  const gaps: Gap[] = [];
  for (let place = 0; place < stays.length; place += 2) {
    const [fromTimeMs, toTimeMs] = [stays[place] ?? fromMs, stays[place + 1] ?? toMs];
    const isWhole = fromTimeMs === fromMs && toTimeMs === toMs;
    gaps.push(isWhole ? gap : { ...gap, fromTimeMs, toTimeMs, count: 0 });
  }
  return gaps;
}

function ownSnapshot(snapshot: ProcessSnapshot, own: OwnScope): ProcessSnapshot {
  const processes = snapshot.processes.filter(({ user }) => user === own.user);
  return {
    timeMs: snapshot.timeMs,
    processCount: processes.length,
    zombieCount: processes.filter(({ state }) => state === 'Z').length,
    uninterruptibleCount: processes.filter(({ state }) => state === 'D').length,
    processes,
  };
}
