// An agent's end of the streams as it really is: spool and both uplinks; and what a test opens, closed after it.
import { afterEach } from 'vitest';
import { MemorySpool } from '../../../agent/spool/memory-spool.ts';
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

export function agent(
  target: string,
  change: { clock?: Clock; onDirective?: (directive: Directive) => void } = {},
) {
  const clock = change.clock ?? systemClock;
  const spool = new MemorySpool({ limitBytes: 4 * 1024 * 1024, clock });
  const { log, messages } = createLineLog();
  const shared: Omit<UplinkOptions<never, never>, 'kind'> = {
    identity,
    spool,
    clock,
    log,
    bootTimeMs: () => 1,
    ...(change.onDirective && { onDirective: change.onDirective }),
  };
  const telemetry = new Uplink({ ...shared, kind: telemetryStream(target) });
  const control = new Uplink({ ...shared, kind: controlStream(target) });
  undo.push(() => Promise.all([telemetry.stop(), control.stop()]));
  return { spool, telemetry, control, messages };
}

/** Done after the test, in reverse order. */
export function later(step: () => unknown): void {
  undo.push(step);
}
