// In: the store, and what is a user's own. Out: the same store as if nothing else had ever been measured: what is made of it,
// averages over nodes and top lists too, is then made of own rows alone.
// It refuses (QueryError) questions for which the times of too many jobs would be read one by one.
import type { Clock } from '../../../shared/clock.ts';
import type { Gap } from '../../../shared/model/delivery.ts';
import type { MetricTick, SeriesDefinition } from '../../../shared/model/metric.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import type { Store } from '../../store/store.ts';
import { rollUpOwn } from './own-roll-up.ts';
import { isSomebodys, type OwnScope } from './own-scope.ts';

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
      const ticks = own.isThere(node, clock.now()) ? store.latestTicks(node) : [];
      const seen: MetricTick[] = [];
      for (const tick of ticks) if (own.isThere(node, tick.timeMs)) seen.push(ownTick(tick, own));
      return seen;
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

/** Of each list of series the places of those that belong to somebody: ticks share their lists. */
const owned = new WeakMap<readonly SeriesDefinition[], readonly number[]>();

function ownTick(tick: MetricTick, own: OwnScope): MetricTick {
  const { timeMs, series, values } = tick;
  const strange = new Set(
    ownedPlaces(series).filter((place) => !own.isOwnSeries(series[place]?.labels ?? {})),
  );
  if (strange.size === 0) return tick;
  return {
    timeMs,
    series: series.filter((_, place) => !strange.has(place)),
    values: values.filter((_, place) => !strange.has(place)),
  };
}

function ownedPlaces(series: readonly SeriesDefinition[]): readonly number[] {
  let places = owned.get(series);
  if (places === undefined) {
    places = series.flatMap(({ labels }, place) => (isSomebodys(labels) ? place : []));
    owned.set(series, places);
  }
  return places;
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
