// What a fleet tells of itself. In: its statistics. Out: plain figures, which several processes can add up.
import { dataClasses } from '../../shared/model/delivery.ts';
import type { Fleet } from './agent/fleet.ts';
import type { Latencies } from './agent/latencies.ts';

export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly largest: number;
}

export interface FleetFigures {
  readonly agents: number;
  readonly streaming: number;
  /** Nodes that are switched off now. */
  readonly off: number;
  /** Batches of before a reconnect that are not sent yet. */
  readonly backlog: number;
  /** Batches that are not acknowledged yet. */
  readonly kept: number;
  readonly generated: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Dropped for want of room, and declared. */
  readonly dropped: number;
  /** Gone with the memory of a node. */
  readonly forgotten: number;
  readonly samples: number;
  readonly processRows: number;
  readonly connects: number;
  readonly losses: number;
  readonly reboots: number;
  readonly directives: number;
  /** Ticks that were due while the fleet itself was held up: above a few, the machine is too busy to measure. */
  readonly missedTicks: number;
  readonly refusals: Readonly<Record<string, number>>;
  /** From sending to acknowledgement, ms. */
  readonly acks: Quantiles;
  /** Age of live metrics at their acknowledgement, ms. */
  readonly liveAges: Quantiles;
}

export function figuresOf(fleet: Fleet): FleetFigures {
  const { spool, acknowledgements, liveAges, refusals, ...counts } = fleet.statistics;
  const sum = (of: keyof typeof spool) => dataClasses.reduce((total, name) => total + spool[of][name], 0);
  const { samples, processRows, connects, losses, reboots, directives, forgotten, missedTicks } = counts;
  return {
    agents: fleet.agents,
    streaming: fleet.streaming,
    off: fleet.off,
    backlog: fleet.backlog,
    kept: fleet.kept,
    generated: sum('put'),
    acknowledged: sum('acknowledged'),
    refused: sum('refused'),
    dropped: sum('dropped'),
    forgotten,
    samples,
    processRows,
    connects,
    losses,
    reboots,
    directives,
    missedTicks,
    refusals: Object.fromEntries(refusals),
    acks: quantilesOf(acknowledgements),
    liveAges: quantilesOf(liveAges),
  };
}

/** Counts are added up; of quantiles the worst stands for all. */
export function addFigures(all: readonly FleetFigures[]): FleetFigures {
  const [first, ...rest] = all;
  if (first === undefined) throw new RangeError('no figures to add up');
  return rest.reduce(addTwo, first);
}

function addTwo(a: FleetFigures, b: FleetFigures): FleetFigures {
  const added: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(a)) {
    const other = b[name as keyof FleetFigures];
    added[name] = typeof value === 'number' && typeof other === 'number' ? value + other : value;
  }
  const refusals = { ...a.refusals };
  for (const [code, times] of Object.entries(b.refusals)) refusals[code] = (refusals[code] ?? 0) + times;
  const worst = { acks: worse(a.acks, b.acks), liveAges: worse(a.liveAges, b.liveAges) };
  return { ...a, ...added, refusals, ...worst };
}

function worse(a: Quantiles, b: Quantiles): Quantiles {
  const larger = (x: number, y: number) => (Number.isNaN(x) || y > x ? y : x);
  return {
    count: a.count + b.count,
    p50: larger(a.p50, b.p50),
    p99: larger(a.p99, b.p99),
    largest: larger(a.largest, b.largest),
  };
}

function quantilesOf(latencies: Latencies): Quantiles {
  return {
    count: latencies.count,
    p50: latencies.quantile(0.5),
    p99: latencies.quantile(0.99),
    largest: latencies.largest,
  };
}
