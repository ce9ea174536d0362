// A program that puts ticks into a spool on disk and sends them, until it is killed. Arguments: folder, address of the
// collector, number of the first tick. On stdout, once a tick is put: its number.
import { writeSync } from 'node:fs';
import { pino } from 'pino';
import { openSpool } from '../../../agent/spool/open-spool.ts';
import { GrpcConnection } from '../../../agent/uplink/grpc-connection.ts';
import { spoolCodec } from '../../../agent/uplink/spool-codec.ts';
import { telemetryStream } from '../../../agent/uplink/stream-kinds.ts';
import { Uplink } from '../../../agent/uplink/uplink.ts';
import { systemClock } from '../../../shared/clock.ts';
import { snapshot, tick } from './payloads.ts';

const [folder = '', target = '', first = '1'] = process.argv.slice(2);
const log = pino({ level: 'silent' });
const { spool } = openSpool({
  folder,
  place: 'disk',
  diskBytes: 4 * 1024 * 1024,
  memoryBytes: 1024 * 1024,
  owner: { node: 'n001', machineId: 'm', bootId: 'boot-1' },
  bootedMs: () => Date.now() - 1_000_000,
  codec: spoolCodec,
  clock: systemClock,
  log,
});
const identity = {
  name: 'n001',
  role: 'compute',
  bootId: 'boot-1',
  agentVersion: '0',
  intervalMs: 1000,
} as const;
const pace = { burst: 40, least: 50, most: 500 };
const bootTimeMs = () => 1_000_000;
new Uplink({
  kind: telemetryStream(new GrpcConnection(target)),
  identity,
  spool,
  clock: systemClock,
  log,
  bootTimeMs,
  pace,
}).start();
let number = Number(first);
setInterval(() => {
  spool.put(tick(number));
  spool.put(snapshot(number));
  writeSync(1, `${number}\n`);
  number += 1;
}, 1);
