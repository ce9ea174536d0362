// Agents that show a certificate, at the collector's end as it really is: who they may speak for, and how they are put out.
import { credentials } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestAuthority, TestGate } from '../grpc/certificates.ts';
import { batch } from './bench.ts';
import { type CollectorEnd, makeDataDir, openCollectorEnd } from './collector-end.ts';
import { helloOf, RawControl, RawTelemetry } from './raw-agent.ts';

const dataDir = makeDataDir();
const open: { close(): void }[] = [];
let authority: TestAuthority;
let gate: TestGate;
let end: CollectorEnd;
let target: string;

beforeAll(async () => {
  authority = await TestAuthority.create();
  gate = new TestGate(await authority.server());
  end = await openCollectorEnd({ dataDir: dataDir.path });
  const address = { host: '127.0.0.1', port: 0 };
  const renew = (): undefined => undefined;
  target = `127.0.0.1:${await end.server.listenSecurely({ address, gate, renew })}`;
});
afterEach(() => {
  for (const agent of open.splice(0)) agent.close();
});
afterAll(async () => {
  await end.crash();
  dataDir.remove();
});

async function securityOf(node: string) {
  const { key, cert } = await authority.node(node);
  return credentials.createSsl(Buffer.from(authority.pem), Buffer.from(key), Buffer.from(cert));
}

async function telemetryOf(node: string): Promise<RawTelemetry> {
  const agent = new RawTelemetry(target, await securityOf(node));
  open.push(agent);
  return agent;
}

async function greeted(node: string): Promise<RawTelemetry> {
  const agent = await telemetryOf(node);
  agent.hello(helloOf(node));
  await agent.heard('welcome');
  return agent;
}

const ended = (code: string) => end.server.statistics.streamsEnded.get(code) ?? 0;

test('a node speaks for itself, and what it sends is stored under the name of its certificate', async () => {
  const agent = await greeted('n1');
  agent.batch(batch(1, 1));
  await agent.acknowledged('metric', 1);
  expect(await end.store.tickTimes('n1', 0, Date.now())).toHaveLength(1);
});

test('a node that says another name is refused on either stream, and what is stored of that one stays as it is', async () => {
  const other = await greeted('n2');
  other.batch(batch(1, 1));
  await other.acknowledged('metric', 1);
  const before = [await end.store.nodes(), await end.store.tickTimes('n2', 0, Date.now())];
  const control = new RawControl(target, await securityOf('n1'));
  open.push(control);
  for (const stranger of [await telemetryOf('n1'), control]) {
    stranger.hello(helloOf('n2'));
    expect(await stranger.end()).toEqual({
      code: 'PERMISSION_DENIED',
      details: expect.stringMatching(/certificate is for n1.*it is n2.*--node n1/),
    });
  }
  expect(ended('other-name')).toBe(2);
  expect([await end.store.nodes(), await end.store.tickTimes('n2', 0, Date.now())]).toEqual(before);
  other.batch(batch(2, 2));
  await other.acknowledged('metric', 2);
});

test('names that look alike are other names', async () => {
  for (const name of ['N1', 'n1.', 'n01', 'n1.cluster']) {
    const agent = await telemetryOf('n1');
    agent.hello(helloOf(name));
    expect(await agent.end()).toMatchObject({ code: 'PERMISSION_DENIED' });
  }
});

test('a node that is revoked is out within five seconds, and stays out', async () => {
  const [one, other] = [await greeted('n7'), await greeted('n8')];
  const beganMs = performance.now();
  gate.revoke('n7');
  expect(await one.end()).toEqual({ code: 'PERMISSION_DENIED', details: 'n7 was revoked' });
  expect(performance.now() - beganMs).toBeLessThan(5_000);
  const again = await telemetryOf('n7');
  again.hello(helloOf('n7'));
  expect(await again.end()).toMatchObject({ code: 'PERMISSION_DENIED' });
  other.batch(batch(1, 1));
  await other.acknowledged('metric', 1);
});

test('a message of 50 MB ends its call before it has come, and harms nobody', async () => {
  const calm = await greeted('n9');
  const { receivedBytes } = end.server.statistics;
  const large = await greeted('n10');
  large.write(Buffer.alloc(50 * 1024 * 1024));
  expect(await large.end()).toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
  calm.batch(batch(1, 1));
  await calm.acknowledged('metric', 1);
  expect(end.server.statistics.receivedBytes - receivedBytes).toBeLessThan(10_000);
});

test('a million labels, as many in a message as fit, end the calls that bring them, and harm nobody', async () => {
  const calm = await greeted('n11');
  const labels = Array.from({ length: 100_000 }, () => ({ name: 'a', value: 'b' }));
  const definitions = [{ metric: 'm', kind: 'METRIC_KIND_GAUGE' as const, labels }];
  const metrics = { keyframe: true, definitions };
  for (let round = 1; round <= 10; round += 1) {
    const bomb = await greeted('n12');
    bomb.say({ batch: { dataClass: 'DATA_CLASS_METRIC', sequence: round, metrics } });
    expect((await bomb.end()).code).toBe('INVALID_ARGUMENT');
  }
  calm.batch(batch(1, 1));
  await calm.acknowledged('metric', 1);
  expect(await end.store.tickTimes('n12', 0, Date.now())).toHaveLength(0);
});
