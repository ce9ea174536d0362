// The HTTP API over the parts that the collector runs with: store, query and control.
import { describe, expect, it } from 'vitest';
import { ControlService } from '../../../collector/control/control-service.ts';
import { createSelfMetrics } from '../../../collector/http/self-metrics.ts';
import { LiveBus } from '../../../collector/live/live-bus.ts';
import { createQuery } from '../../../collector/query/create-query.ts';
import { createLogger } from '../../../shared/log.ts';
import {
  profileReport,
  profileRequest,
  profileState,
  withoutSamples,
} from '../../shared/model/some-profile.ts';
import { stackTree } from '../query/profiles/stack-samples.ts';
import { appendTicks, handClock, openStore, sender, series, t0, tick } from '../store/open-store.ts';
import { openEvents } from './event-stream.ts';
import { runServer } from './running-server.ts';

async function runOverStore() {
  const clock = handClock();
  const store = await openStore({ clock });
  const bus = new LiveBus();
  const log = createLogger('test', 'silent');
  const control = new ControlService({
    store,
    bus,
    clock,
    log,
    nodesOfJob: () => Promise.resolve([]),
    clockOffsetMs: () => 0,
  });
  const identity = { name: 'n1', role: 'compute', bootId: 'b', agentVersion: '1', intervalMs: 5000 } as const;
  await store.putNode(identity, t0);
  const selfMetrics = createSelfMetrics({ version: '1', store: () => store.statistics() });
  const query = createQuery(store, clock);
  // The server's own clock stays real: its timers must run.
  const server = await runServer({ query, control, bus, selfMetrics });
  return { ...server, store, bus, clock };
}

describe('the API over the real parts', () => {
  it('reads what a node has sent, as it is and as a rate', async () => {
    const { ask, store } = await runOverStore();
    const cpu = series('node_cpu_seconds_total', { cpu: '0', mode: 'user' }, 'counter');
    const load = series('node_load1');
    const ticks = [0, 1, 2, 3, 4].map((step) =>
      tick(t0 + step * 5000, [cpu, load], [100 + step * 2.5, step]),
    );
    await appendTicks(store, ticks);
    const range = `from=${t0 / 1000}&to=${t0 / 1000 + 20}&step=5s`;
    const metric = 'node_cpu_seconds_total';
    const { json } = await ask(`/api/v1/nodes/n1/metrics?metric=${metric}&rate=true&${range}`);
    expect(json).toMatchObject([{ metric, node: 'n1', labels: { cpu: '0', mode: 'user' } }]);
    expect(JSON.stringify(json)).toContain(`[${t0 / 1000 + 10},0.5]`);
    const names = await ask('/api/v1/nodes/n1/metrics/names');
    expect(names.json).toMatchObject([
      { metric, kind: 'counter' },
      { metric: 'node_load1', kind: 'gauge' },
    ]);
    expect((await ask('/api/v1/nodes')).json).toMatchObject([
      { name: 'n1', state: 'up', lastSeen: t0 / 1000 },
    ]);
    expect((await ask('/metrics')).text).toContain('jidi_collector_store_batches_total{class="metric"} 5');
  });

  it('refuses what the query layer refuses', async () => {
    const { ask, store } = await runOverStore();
    await appendTicks(store, [tick(t0, [series('node_load1')], [1])]);
    const begin = `/api/v1/nodes/n1/metrics?metric=node_load1&from=${t0 / 1000 - 1}`;
    expect((await ask(`${begin}&to=${t0 / 1000 + 1}&rate=true`)).json).toMatchObject({
      status: 400,
      code: 'not-a-counter',
    });
    const fine = `${begin}&to=${t0 / 1000 + 1e6}&step=1s`;
    expect((await ask(fine)).json).toMatchObject({ status: 422, code: 'too-many-samples' });
  });

  it('starts no profile on a node that is away, and tells of one that is there', async () => {
    const { ask, store, port, bus } = await runOverStore();
    const order = { method: 'POST', body: { nodes: 'n1', pid: 7 } };
    expect((await ask('/api/v1/profiles', order)).json).toMatchObject({
      status: 409,
      code: 'node-not-connected',
    });
    const events = await openEvents(port, '?topics=profile');
    const asked = { ...profileRequest({ durationMs: 10_000 }), node: 'n1', nodeCount: 1, parentId: null };
    await store.putProfile({ ...asked, ...profileState(), createdTimeMs: t0 });
    bus.publish({ kind: 'profile', id: 'p1' });
    expect(await events.next()).toMatchObject({
      data: { profile: { id: 'p1', status: 'pending', duration: 10 } },
    });
    const stacks = { ...withoutSamples(stackTree({ 'main;hot': 95, 'main;cold': 5 })), index: 0, last: true };
    const report = profileReport({ status: 'finished', samples: 100, stacks });
    const payload = { kind: 'profile', report } as const;
    await store.append(sender, { sequence: 1, payload });
    const { json } = await ask('/api/v1/profiles/p1/functions');
    expect(json).toMatchObject({ status: 'finished', bottomUp: [{ function: 'hot', self: 0.95 }, {}, {}] });
    expect((await ask('/api/v1/profiles/p1/export?format=folded')).text).toBe('main;hot 95\nmain;cold 5\n');
    expect((await ask('/api/v1/profiles/p1', { method: 'DELETE' })).status).toBe(204);
    expect(await events.next()).toMatchObject({ event: 'profile-deleted', data: { id: 'p1' } });
  });

  it('says that it is stopping once the store is closed', async () => {
    const { ask, store } = await runOverStore();
    await store.close();
    expect((await ask('/api/v1/nodes')).json).toMatchObject({ status: 503, code: 'closed' });
  });
});
