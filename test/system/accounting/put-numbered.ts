// A program that delivers numbered items as an agent does: through the real spool and the real uplinks, until it is
// killed. In: its configuration as JSON; on stdin, a line at a time, `pause`, `resume`, `jump MS` (the wall clock is set)
// and `settle` (everything is delivered, then the end). Out: the ledger, and on stdout `status NUMBER ACKED WAITING`.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import { GrpcConnection } from '../../../agent/uplink/grpc-connection.ts';
import { spoolCodec } from '../../../agent/uplink/spool-codec.ts';
import { controlStream, telemetryStream } from '../../../agent/uplink/stream-kinds.ts';
import { Uplink } from '../../../agent/uplink/uplink.ts';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import type { Payload } from '../../../shared/model/batch.ts';
import { LedgerWriter } from './ledger.ts';
import { type ItemClass, nodeName, report, reportEvery, snapshot, tick, timeOf } from './numbered-items.ts';

export interface PutConfig {
  readonly folder: string;
  readonly place: 'disk' | 'memory';
  readonly diskBytes: number;
  readonly target: string;
  readonly ledger: string;
  /** Time of number 0, and the number to begin with. */
  readonly firstMs: number;
  readonly firstNumber: number;
  readonly bootId: string;
  /** True moment of the boot, by the time of the numbers. */
  readonly bootedMs: number;
  /** How far the wall clock is wrong. */
  readonly wrongMs: number;
  readonly perSecond: number;
  readonly pace: { readonly burst: number; readonly least: number; readonly most: number };
}

// The parent wrote it.
const config = JSON.parse(process.argv[2] ?? '{}') as PutConfig;
const { firstMs, bootId, bootedMs, target } = config;
let number = config.firstNumber;
let wrongMs = config.wrongMs;
let isPutting = true;
let acked = 0;
const sequences = new Map<ItemClass, number>();

/** The node's wall clock runs with the numbers: a second each. */
const clock: Clock = { ...systemClock, now: () => timeOf(firstMs, number) + wrongMs };
const log = pino({ level: 'warn' }, { write: (line: string) => void writeSync(2, line) });
const ledger = new LedgerWriter(config.ledger);
const opened = openSpool({
  folder: config.folder,
  place: config.place,
  diskBytes: config.diskBytes,
  memoryBytes: 8 * 1024 * 1024,
  owner: { node: nodeName, machineId: 'm', bootId },
  bootedMs: () => bootedMs + wrongMs,
  codec: spoolCodec,
  clock,
  log,
});
const { spool } = opened;
const shared = {
  identity: { name: nodeName, role: 'compute', bootId, agentVersion: '0', intervalMs: 1_000 } as const,
  spool,
  clock,
  log,
  bootTimeMs: () => Date.now() - bootedMs,
  pace: config.pace,
};
const connection = new GrpcConnection(target);
const uplinks = [
  new Uplink({ ...shared, kind: telemetryStream(connection) }),
  new Uplink({ ...shared, kind: controlStream(connection) }),
];
for (const uplink of uplinks) uplink.start();

const beatMs = Math.max(1, Math.floor(1_000 / config.perSecond));
setInterval(() => {
  if (!isPutting) return;
  const timeMs = clock.now();
  put('metric', tick(timeMs, number));
  put('process', snapshot(timeMs, number));
  if (number % reportEvery === 0) put('result', report(timeMs, number));
  number += 1;
}, beatMs);

function put(dataClass: ItemClass, payload: Payload): void {
  ledger.begins(dataClass, number, spool.id);
  spool.put(payload);
  const before = sequences.get(dataClass) ?? 0;
  const own = spool.after(dataClass, before, { batches: 256 }).find((batch) => batch.payload === payload);
  // A buffer that is too full may have dropped it already.
  const sequence = own?.sequence ?? spool.held(dataClass).next - 1;
  sequences.set(dataClass, sequence);
  ledger.isPut(sequence);
}

setInterval(() => {
  acked = (spool.pending('metric')[0]?.from ?? spool.held('metric').next) - 1;
  writeSync(1, `status ${number} ${acked} ${spool.statistics.batches}\n`);
}, 20);

createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, argument] = line.split(' ');
  if (word === 'pause') isPutting = false;
  if (word === 'resume') isPutting = true;
  if (word === 'jump') wrongMs += Number(argument);
  if (word === 'settle') void settle();
});

async function settle(): Promise<void> {
  isPutting = false;
  spool.held('event');
  while (spool.statistics.batches > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await Promise.all(uplinks.map((uplink) => uplink.stop()));
  await opened.close();
  process.exit(0);
}
