// An agent's end of the streams as it really is: spool and both uplinks; and what a test opens, closed after it.
import { afterEach } from 'vitest';
import { type OpenedSpool, openInMemory, openSpool } from '../../../agent/spool/open-spool.ts';
import type { PaceLimits } from '../../../agent/uplink/backlog-pace.ts';
import { GrpcConnection } from '../../../agent/uplink/grpc-connection.ts';
import { spoolCodec } from '../../../agent/uplink/spool-codec.ts';
import { controlStream, telemetryStream } from '../../../agent/uplink/stream-kinds.ts';
import { Uplink, type UplinkOptions } from '../../../agent/uplink/uplink.ts';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import type { Directive } from '../../../shared/model/directive.ts';
import type { NodeIdentity } from '../../../shared/model/node.ts';
import { type CollectorEnd, makeDataDir, openCollectorEnd } from '../../collector/ingest/collector-end.ts';
import { createLineLog } from '../sampler/log-lines.ts';

export const identity: NodeIdentity = {
  name: 'n001',
  role: 'compute',
  bootId: 'boot-1',
  agentVersion: '0.0.1',
  intervalMs: 5000,
};
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

export async function collector(options: { dataDir?: string; port?: number } = {}): Promise<CollectorEnd> {
  const dataDir = options.dataDir ?? newDataDir();
  const end = await openCollectorEnd({ ...options, dataDir });
  undo.push(() => end.crash());
  return end;
}

export function newDataDir(): string {
  const { path, remove } = makeDataDir();
  undo.push(remove);
  return path;
}

export interface AgentChange {
  readonly clock?: Clock;
  readonly onDirective?: (directive: Directive) => void;
  /** In memory without it. */
  readonly folder?: string;
  /** Without it a backlog goes out at once. */
  readonly pace?: PaceLimits;
}

/** The node booted a while ago. */
const bootTimeMs = () => 1_000_000 + performance.now();
const noPace: PaceLimits = { burst: 100_000, least: 100_000, most: 100_000 };

export function agent(target: string, change: AgentChange = {}) {
  const clock = change.clock ?? systemClock;
  const { log, messages } = createLineLog();
  const opened = openBuffer(clock, change.folder);
  const { spool } = opened;
  const shared: Omit<UplinkOptions<never, never>, 'kind'> = {
    identity,
    spool,
    clock,
    log,
    bootTimeMs,
    pace: change.pace ?? noPace,
    heartbeatMs: 100,
    ...(change.onDirective && { onDirective: change.onDirective }),
  };
  const connection = new GrpcConnection(target);
  const telemetry = new Uplink({ ...shared, kind: telemetryStream(connection) });
  const control = new Uplink({ ...shared, kind: controlStream(connection) });
  const stop = async () => {
    await Promise.all([telemetry.stop(), control.stop()]);
    await opened.close();
  };
  undo.push(stop);
  return { spool, telemetry, control, messages };
}

function openBuffer(clock: Clock, folder: string | undefined): OpenedSpool {
  const { log } = createLineLog();
  const shared = {
    memoryBytes: 4 * 1024 * 1024,
    owner: { node: identity.name, machineId: 'm', bootId: identity.bootId },
    bootedMs: () => Math.round(Date.now() - bootTimeMs()),
    codec: spoolCodec,
    clock,
  };
  if (folder === undefined) return openInMemory(shared);
  return openSpool({ ...shared, folder, place: 'disk', diskBytes: 4 * 1024 * 1024, log });
}

/** Done after the test, in reverse order. */
export function later(step: () => unknown): void {
  undo.push(step);
}
