// The questions of a user. In: all questions, the store behind them, and whose jobs ran where. Out: the same questions, answered from
// what is the user's own: what belongs to somebody else is answered as what does not exist.
//
//   nodes, map        those on which the user has a job now; at a past moment, had one then
//   metrics           of nodes while a job of the user was there, without series of strangers' jobs
//   processes         the user's own, wherever they run
//   profiles          of own jobs and own processes, and files the user brought
//   commands, audit   none
import type { NodeDetail } from '../../../shared/api/node.ts';
import type { Process, ProcessTable } from '../../../shared/api/process.ts';
import type { Clock } from '../../../shared/clock.ts';
import { readLatest } from '../latest-samples.ts';
import { readMetricRange } from '../metric-range.ts';
import { readMetricTable } from '../metric-table.ts';
import { createPastMapReader } from '../past-map.ts';
import type { Query } from '../query.ts';
import { readTop } from '../top-list.ts';
import { readTopProcesses } from '../top-processes.ts';
import { ownProfiles } from './own-profiles.ts';
import type { OwnScope } from './own-scope.ts';
import { type OwnSource, ownStore } from './own-store.ts';

const dayMs = 86_400_000;

export interface OwnRowsOptions {
  /** For everybody. */
  readonly query: Query;
  readonly store: OwnSource;
  readonly clock: Clock;
}

export function ownRows({ query, store, clock }: OwnRowsOptions, own: OwnScope): Query {
  const mine = ownStore(store, own, clock);
  return {
    ...ownNodes(query, own, clock),
    ...ownProfiles(query, own),
    // Made anew each time: what it remembers is for one who sees all.
    mapAt: (atMs) => createPastMapReader(mine)(atMs, clock.now()),
    metricRange: (range) => readMetricRange(mine, range),
    metricTable: (range) => readMetricTable(mine, range),
    latest: (wish) => readLatest(mine, wish),
    top: (wish) => readTop(mine, wish, clock.now()),
    topProcesses: (wish) => readTopProcesses(mine, wish),
    commands: async () => [],
    command: async () => null,
    audit: async () => [],
  };
}

function ownNodes(query: Query, own: OwnScope, clock: Clock) {
  const isThere = ({ name }: { readonly name: string }) => own.isThere(name, clock.now());
  return {
    async nodes() {
      return (await query.nodes()).filter(isThere);
    },
    async unknownNodes(names) {
      const unknown = new Set(await query.unknownNodes(names));
      return names.filter((name) => unknown.has(name) || !own.knows(name));
    },
    async node(name) {
      if (!own.isThere(name, clock.now())) return null;
      const node = await query.node(name);
      return node === null ? null : withOwnGaps(node, own, clock.now());
    },
    async map() {
      return (await query.map()).filter(isThere);
    },
    async metrics(node) {
      if (!own.knows(node)) return null;
      const infos = await query.metrics(node);
      if (infos === null) return null;
      const isEver = own.stays(node, { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }).length > 0;
      return (isEver ? infos : []).flatMap((info) => {
        const series = info.series.filter((labels) => own.isOwnSeries(labels));
        return series.length === 0 ? [] : { ...info, series };
      });
    },
    async processes(node, { atMs, job }) {
      if (!own.knows(node)) return null;
      const table = await query.processes(node, { atMs });
      return table === null ? null : ownTable(table, own, job);
    },
  } satisfies Partial<Query>;
}

function withOwnGaps(node: NodeDetail, own: OwnScope, nowMs: number): NodeDetail {
  const stays = own.stays(node.name, { fromMs: nowMs - dayMs, toMs: nowMs });
  const isOwn = (fromMs: number, toMs: number): boolean =>
    stays.some((beginMs, place) => place % 2 === 0 && fromMs >= beginMs && toMs <= (stays[place + 1] ?? 0));
  return { ...node, gaps: node.gaps.filter(({ from, to }) => isOwn(from * 1000, to * 1000)) };
}

/** The counts are of the user's own, too. Where the user was not, there is no snapshot. */
function ownTable(table: ProcessTable, own: OwnScope, job: string | undefined): ProcessTable {
  const processes = table.processes.filter(({ user }) => user === own.user);
  const wasThere = table.time !== null && own.isThere(table.node, table.time * 1000);
  if (processes.length === 0 && !wasThere) {
    const none = { zombieCount: null, uninterruptibleCount: null, processes: [] };
    return { node: table.node, time: null, processCount: 0, ...none };
  }
  return {
    node: table.node,
    time: table.time,
    processCount: processes.length,
    zombieCount: countOf(processes, 'Z'),
    uninterruptibleCount: countOf(processes, 'D'),
    processes: job === undefined ? processes : processes.filter((process) => process.job === job),
  };
}

function countOf(processes: readonly Process[], wanted: string): number {
  return processes.filter(({ state }) => state === wanted).length;
}
