// What may be asked of the fleet program. In: arguments. Out: a checked setting. It refuses addresses that can be reached from
// outside, and numbers out of range.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Security } from '../../agent/uplink/grpc-connection.ts';
import { formatAddress, isLoopback, parseAddress } from '../../shared/address.ts';
import { parseDuration } from '../../shared/duration.ts';

export interface FleetFlags {
  readonly target: string;
  /** Nodes of the cluster. */
  readonly nodes: number;
  /** Those of them that this process plays: places in the plan, `to` not included. */
  readonly from: number;
  readonly to: number;
  readonly seed: number;
  /** Series of each node; undefined: a living cluster of different nodes. */
  readonly series: number | undefined;
  readonly intervalMs: number;
  /** 0: until it is stopped. */
  readonly seconds: number;
  readonly sendsProcesses: boolean;
  readonly hasControl: boolean;
  readonly bufferedBatches: number;
  readonly slowShare: number;
  readonly greedyShare: number;
  readonly churnPerMinute: number;
  readonly startWithinMs: number;
  readonly backfillMs: number;
  readonly backfillStepMs: number;
  readonly startMs: number;
  readonly credentials: ((node: string) => Security) | undefined;
}

export const fleetUsage = `node bench/fleet/main.ts --target 127.0.0.1:7301 [--nodes 100] [--seconds 60, 0 for ever] [--series 256]
    [--interval 5s] [--no-processes] [--no-control] [--buffer 720] [--start-within 2s] [--seed 1]
    [--slow 0..1] [--greedy 0..1] [--churn 0..1 of the nodes a minute] [--backfill 1h --backfill-step 60s]
    [--from 0 --to 100: a part of the nodes] [--ca FILE [--cert FILE --key FILE]]`;

const text = { type: 'string' } as const;
const no = { type: 'boolean', default: false } as const;
const options = {
  target: { ...text, default: '127.0.0.1:7301' },
  nodes: { ...text, default: '100' },
  from: { ...text, default: '0' },
  to: text,
  seed: { ...text, default: '1' },
  series: text,
  interval: { ...text, default: '5s' },
  seconds: { ...text, default: '60' },
  'no-processes': no,
  'no-control': no,
  buffer: { ...text, default: '720' },
  slow: { ...text, default: '0' },
  greedy: { ...text, default: '0' },
  churn: { ...text, default: '0' },
  'start-within': { ...text, default: '2s' },
  backfill: { ...text, default: '0s' },
  'backfill-step': { ...text, default: '60s' },
  'start-ms': text,
  ca: text,
  cert: text,
  key: text,
} as const;

/** Throws an Error that names the flag. */
export function parseFleetFlags(args: readonly string[]): FleetFlags {
  const { values } = parseArgs({ args: [...args], options });
  const nodes = count('nodes', values.nodes, 5_000);
  const backfillMs = duration('backfill', values.backfill);
  return {
    target: loopback(values.target),
    nodes,
    from: count('from', values.from, nodes),
    to: count('to', values.to ?? String(nodes), nodes),
    seed: count('seed', values.seed, 2 ** 31),
    series: values.series === undefined ? undefined : count('series', values.series, 4_096),
    intervalMs: Math.max(1_000, duration('interval', values.interval)),
    seconds: count('seconds', values.seconds, 86_400),
    sendsProcesses: !values['no-processes'],
    hasControl: !values['no-control'],
    bufferedBatches: Math.max(8, count('buffer', values.buffer, 100_000)),
    slowShare: share('slow', values.slow),
    greedyShare: share('greedy', values.greedy),
    churnPerMinute: share('churn', values.churn),
    startWithinMs: duration('start-within', values['start-within']),
    backfillMs,
    backfillStepMs: Math.max(1_000, duration('backfill-step', values['backfill-step'])),
    startMs: values['start-ms'] === undefined ? Date.now() - backfillMs : Number(values['start-ms']),
    credentials: security(values),
  };
}

function security({
  ca,
  cert,
  key,
}: {
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}) {
  if (ca === undefined) return undefined;
  const own =
    cert === undefined || key === undefined ? {} : { cert: readFileSync(cert), key: readFileSync(key) };
  const secured = { ca: readFileSync(ca), ...own };
  return () => secured;
}

function loopback(value: string): string {
  const address = parseAddress(value);
  if (address === undefined) throw new Error(`--target ${value}: HOST:PORT`);
  if (!isLoopback(address.host))
    throw new Error(`--target ${value}: a simulated fleet talks to this machine only`);
  return formatAddress(address);
}

function count(flag: string, value: string, most: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > most)
    throw new Error(`--${flag} ${value}: a whole number from 0 to ${most}`);
  return number;
}

function share(flag: string, value: string): number {
  const number = Number(value);
  if (!(number >= 0 && number <= 1)) throw new Error(`--${flag} ${value}: a number from 0 to 1`);
  return number;
}

function duration(flag: string, value: string): number {
  const ms = parseDuration(value);
  if (ms === undefined) throw new Error(`--${flag} ${value}: a duration, e.g. 5s`);
  return ms;
}
