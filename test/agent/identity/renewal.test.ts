// A node whose certificate grows old while it sends: it is renewed by the collector as it really is, and nothing is lost.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CollectorLine } from '../../../agent/collector-line.ts';
import { CredentialFolder } from '../../../agent/identity/credential-folder.ts';
import { openInMemory } from '../../../agent/spool/open-spool.ts';
import { spoolCodec } from '../../../agent/uplink/spool-codec.ts';
import { controlStream, telemetryStream } from '../../../agent/uplink/stream-kinds.ts';
import { Uplink } from '../../../agent/uplink/uplink.ts';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { listenForNodes, requireJoined } from '../../collector/enrolment/joining.ts';
import { metricsOf } from '../../collector/ingest/ticks.ts';
import { until } from '../../collector/ingest/until.ts';
import { createLineLog } from '../sampler/log-lines.ts';
import { collector, identity, later } from '../uplink/agent-end.ts';

/** The collector's end, with the identities of nodes; a node that has joined. */
async function joined() {
  const { identities, desk, join: joinNode } = await listenForNodes();
  const end = await collector();
  const wish = { nodes: [identity.name], lifeMs: 600_000, replaces: false, creator: 'tester' };
  const token = (await identities.createTokens(wish))[0]?.token ?? '';
  const credentials = requireJoined(await joinNode(identity.name, { token }));
  const state = mkdtempSync(join(tmpdir(), 'jidi-renewal-'));
  later(() => rmSync(state, { recursive: true, force: true }));
  const folder = new CredentialFolder(state);
  folder.write(credentials);
  const port = await end.server.listenSecurely({
    address: { host: '127.0.0.1', port: 0 },
    gate: identities.door,
    renew: (call, name) => desk.renew(call, name),
  });
  return { end, identities, credentials, folder, state, target: `127.0.0.1:${port}` };
}

/** Its hands can be put forward. */
class AheadClock implements Clock {
  aheadMs = 0;
  now(): number {
    return Date.now() + this.aheadMs;
  }
  monotonic(): number {
    return systemClock.monotonic();
  }
  after(delayMs: number, run: () => void): () => void {
    return systemClock.after(Math.min(delayMs, 100), run);
  }
}

function agentOf(target: string, stateDir: string, clock: Clock) {
  const { log, messages } = createLineLog();
  const owner = { node: identity.name, machineId: 'm', bootId: identity.bootId };
  const own = {
    memoryBytes: 4 * 1024 * 1024,
    owner,
    bootedMs: () => 0,
    codec: spoolCodec,
    clock: systemClock,
  };
  const opened = openInMemory(own);
  const { spool } = opened;
  const line = new CollectorLine({
    config: { collectors: [target], plain: false, node: identity.name, stateDir },
    clock,
    log,
    reopen() {
      telemetry.reopen();
      control.reopen();
    },
  });
  const bootTimeMs = () => performance.now();
  const shared = { identity, spool, clock: systemClock, log, bootTimeMs, heartbeatMs: 100 };
  const telemetry = new Uplink({ ...shared, kind: telemetryStream(line.connection) });
  const control = new Uplink({ ...shared, kind: controlStream(line.connection) });
  line.start();
  telemetry.start();
  control.start();
  later(async () => {
    line.stop();
    await Promise.all([telemetry.stop(), control.stop()]);
    await opened.close();
  });
  return { spool, line, telemetry, messages };
}

test('is renewed between a half and two thirds of its life, over a connection that is then opened anew; nothing is lost', async () => {
  const { end, identities, credentials, folder, state, target } = await joined();
  const clock = new AheadClock();
  const { spool, line, telemetry } = agentOf(target, state, clock);
  for (let number = 1; number <= 40; number += 1) spool.put(metricsOf(number));
  await until('streaming', () => telemetry.statistics.state === 'streaming');
  const lifeMs = credentials.expiresMs - credentials.fromMs;
  clock.aheadMs = credentials.fromMs + lifeMs * 0.49 - Date.now();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(line.statistics.renewals).toBe(0);
  clock.aheadMs = credentials.fromMs + lifeMs * 0.68 - Date.now();
  await until('renewed', () => line.statistics.renewals === 1);
  clock.aheadMs = 0;
  for (let number = 41; number <= 80; number += 1) spool.put(metricsOf(number));
  await until('opened anew', () => telemetry.statistics.connects === 2);
  await until('all is there', () => spool.statistics.batches === 0);
  expect([...(await end.store.tickTimes(identity.name, 0, Date.now() + 3_600_000))]).toHaveLength(80);
  const next = folder.read();
  expect(next?.name).toEqual(credentials.name);
  expect(next?.key).not.toBe(credentials.key);
  await until('one connection', () => end.server.connections().get('agents')?.open === 1);
  expect(identities.statistics.renewals.get('certificate')).toBe(1);
});

test('that has expired is told once, and one that was put there is taken', async () => {
  const { end, identities, credentials, folder, state, target } = await joined();
  const clock = new AheadClock();
  clock.aheadMs = credentials.expiresMs + 1_000 - Date.now();
  const { line, messages, telemetry } = agentOf(target, state, clock);
  await until('told', () => messages().some((text) => text.includes('has expired')));
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(messages().filter((text) => text.includes('has expired'))).toHaveLength(1);
  expect(line.statistics.certificateLeftMs).toBeLessThan(0);
  clock.aheadMs = 0;
  await identities.revoke(identity.name, 'tester');
  await until('put out', () => end.server.statistics.streams === 0);
  expect(folder.read()).not.toBeNull();
  expect(telemetry.statistics.state).not.toBe('streaming');
});

test('a node without an identity, or with that of another, does not start', async () => {
  const { state } = await joined();
  const config = { collectors: ['127.0.0.1:1'], plain: false, node: 'other', stateDir: state };
  const parts = { clock: systemClock, log: createLineLog().log, reopen: () => undefined };
  expect(() => new CollectorLine({ ...parts, config })).toThrow(/is of n001, and this node is called other/);
  expect(() => new CollectorLine({ ...parts, config: { ...config, stateDir: '/nonexistent' } })).toThrow(
    /has not joined a cluster/,
  );
});
