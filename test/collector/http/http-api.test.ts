import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../collector/store/store.ts';
import { stackTree } from '../query/profiles/stack-samples.ts';
import { runServer } from './running-server.ts';

describe('nodes, metrics and processes', () => {
  it('lists, shows and maps nodes', async () => {
    const { ask } = await runServer();
    const node = { name: 'n001', state: 'up', role: 'compute', lastSeen: 1.5 };
    expect((await ask('/api/v1/nodes')).json).toEqual([node, { ...node, name: 'n002' }]);
    expect((await ask('/api/v1/nodes/n001')).json).toMatchObject({
      ...node,
      cpuRatio: 0.5,
      memoryRatio: null,
    });
    expect((await ask('/api/v1/map')).json).toHaveLength(2);
  });

  it('reads a metric over a range that is written as people write it', async () => {
    const { ask, collector } = await runServer();
    const range =
      'metric=node_cpu_seconds_total&from=1000&to=2000.5&step=1m&rate=true&match=cpu%3D0,mode%3Didle';
    expect((await ask(`/api/v1/nodes/n001/metrics?${range}`)).status).toBe(200);
    expect(collector.asked.ranges).toEqual([
      {
        nodes: ['n001'],
        metric: 'node_cpu_seconds_total',
        match: { cpu: '0', mode: 'idle' },
        fromMs: 1_000_000,
        toMs: 2_000_500,
        stepMs: 60_000,
        rate: true,
      },
    ]);
  });

  it('reads the last ten minutes of a node set when nothing else is said', async () => {
    const { ask, collector } = await runServer({ clock: clockAt(5_000_000) });
    const answer = await ask('/api/v1/metrics?metric=node_load1&nodes=n[001-002]');
    expect(answer.json).toHaveLength(2);
    expect(collector.asked.ranges).toEqual([
      {
        nodes: ['n001', 'n002'],
        metric: 'node_load1',
        match: {},
        rate: false,
        fromMs: 4_400_000,
        toMs: 5_000_000,
        stepMs: null,
      },
    ]);
  });

  it('lists the metrics of a node, without their label sets on demand', async () => {
    const { ask } = await runServer();
    const [all, few] = await Promise.all(
      ['', '?labels=false'].map(
        async (query) => (await ask(`/api/v1/nodes/n001/metrics/names${query}`)).json,
      ),
    );
    expect(all).toEqual([{ metric: 'node_load1', kind: 'gauge', series: [{}] }]);
    expect(few).toEqual([{ metric: 'node_load1', kind: 'gauge', series: [] }]);
  });

  it('shows the processes at a past moment or now', async () => {
    const { ask, collector } = await runServer();
    await ask('/api/v1/nodes/n001/processes?at=1234.5');
    await ask('/api/v1/nodes/n001/processes');
    await ask('/api/v1/nodes/n001/processes?job=48213');
    const now = { atMs: null };
    expect(collector.asked.processWishes).toEqual([{ atMs: 1_234_500 }, now, { ...now, job: '48213' }]);
  });

  it.each([
    ['/api/v1/nodes/n009', 'node n009: unknown'],
    ['/api/v1/nodes/n009/metrics?metric=node_load1', 'node n009: unknown'],
    ['/api/v1/nodes/n009/metrics/names', 'node n009: unknown'],
    ['/api/v1/nodes/n009/processes', 'node n009: unknown'],
    ['/api/v1/metrics?metric=node_load1&nodes=n[001-005]', 'node n003 and 2 more: unknown'],
  ])('%s is not found', async (path, detail) => {
    const { ask } = await runServer();
    expect((await ask(path)).json).toMatchObject({ status: 404, code: 'unknown-node', detail });
  });

  it.each([
    ['/api/v1/nodes?limit=3', 'query parameter limit: unknown', 'Known: .'],
    ['/api/v1/nodes/n001/metrics', 'query parameter metric: missing', 'Metric name.'],
    [
      '/api/v1/nodes/n001/metrics?metric=a&stepp=1s',
      'query parameter stepp: unknown',
      'metric, from, to, step',
    ],
    ['/api/v1/nodes/n001/metrics?metric=a&step=10', 'query parameter step: not a step', '10s'],
    [
      '/api/v1/nodes/n001/metrics?metric=a&step=1ms',
      'query parameter step: not a step',
      'at least one second',
    ],
    [
      '/api/v1/nodes/n001/metrics?metric=a&from=now&to=-1h',
      'query parameter from: not before',
      'before the end',
    ],
    ['/api/v1/nodes/n001/metrics?metric=a&from=yesterday', 'query parameter from: not a time', 'ISO 8601'],
    ['/api/v1/nodes/n001/metrics?metric=a&match=cpu', 'query parameter match: not a list', 'name=value'],
    ['/api/v1/nodes/n001/metrics?metric=a&rate=maybe', 'query parameter rate: must be boolean', 'boolean'],
    [
      '/api/v1/nodes/n001/metrics?metric=a&metric=b',
      'query parameter metric: must be string',
      'Metric name.',
    ],
    [
      `/api/v1/nodes/n001/metrics?metric=a&from=${'9'.repeat(65)}`,
      'query parameter from: must',
      'at most 64',
    ],
    ['/api/v1/nodes/n001/processes?at=1e99', 'query parameter at: not a time', 'ISO 8601'],
    ['/api/v1/profiles?limit=1001', 'query parameter limit: must be <= 1000', 'integer from 1 to 1000'],
    ['/api/v1/profiles?limit=2.5', 'query parameter limit: must be integer', 'integer from 1 to 1000'],
    ['/api/v1/profiles/p1/export?format=gif', 'query parameter format', 'folded, pprof, speedscope, svg'],
    ['/api/v1/nodes/..%2Fx', 'path parameter name: must match', 'Name of a node.'],
    ['/api/v1/metrics?metric=a&nodes=n[1-', 'node set', ''],
  ])('%s is refused, with what is allowed', async (path, detail, remedy) => {
    const { ask } = await runServer();
    const { status, json, headers } = await ask(path);
    expect(status).toBe(400);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(json).toMatchObject({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      requestId: headers['x-request-id'],
      detail: expect.stringContaining(detail),
      remedy: expect.stringContaining(remedy),
    });
  });
});

describe('profiles', () => {
  it('starts, shows, lists, stops and deletes one', async () => {
    const { ask } = await runServer();
    const body = { nodes: 'n001', pid: 42, startTime: 100.5, duration: 20, frequency: 49 };
    const started = await ask('/api/v1/profiles', { method: 'POST', body });
    expect(started).toMatchObject({ status: 201, headers: { location: '/api/v1/profiles/p1' } });
    const profile = { id: 'p1', node: 'n001', pid: 42, duration: 20, frequency: 49, status: 'pending' };
    expect(started.json).toMatchObject(profile);
    expect(started.json).not.toHaveProperty('bottomUp');
    expect((await ask('/api/v1/profiles/p1')).json).toEqual(started.json);
    const without = { ...profile, bottomUp: null, topDown: null };
    expect((await ask('/api/v1/profiles/p1/functions')).json).toMatchObject(without);
    expect((await ask('/api/v1/profiles?node=n001')).json).toMatchObject([{ id: 'p1' }]);
    expect((await ask('/api/v1/profiles?node=n002')).json).toEqual([]);
    const stopped = await ask('/api/v1/profiles/p1/stop', { method: 'POST' });
    expect(stopped).toMatchObject({ status: 200, json: { id: 'p1', status: 'stopped' } });
    expect((await ask('/api/v1/profiles/p1/stop', { method: 'POST' })).status).toBe(409);
    expect(await ask('/api/v1/profiles/p1', { method: 'DELETE' })).toMatchObject({ status: 204, text: '' });
    expect((await ask('/api/v1/profiles/p1')).json).toMatchObject({ status: 404, code: 'unknown-profile' });
    expect((await ask('/api/v1/profiles/p1', { method: 'DELETE' })).status).toBe(404);
  });

  it('takes the defaults for what is not said, and notes who asked', async () => {
    const { ask } = await runServer();
    const { json } = await ask('/api/v1/profiles', { method: 'POST', body: { nodes: 'n001', pid: 1 } });
    expect(json).toMatchObject({ duration: 30, frequency: 99, startTime: null });
    expect((await ask('/api/v1/audit')).json).toMatchObject([
      { event: 'profile-requested', actor: 'local@127.0.0.1', subject: 'p1' },
    ]);
  });

  it('hands out the functions in both directions, and files for other programs', async () => {
    const { ask, collector } = await runServer();
    await ask('/api/v1/profiles', { method: 'POST', body: { nodes: 'n001', pid: 1 } });
    const early = await ask('/api/v1/profiles/p1/export?format=svg');
    expect(early.json).toMatchObject({ status: 409, code: 'no-stacks' });
    collector.finishProfile('p1', stackTree({ 'main;hot': 95, 'main;cold': 5 }));
    expect((await ask('/api/v1/profiles/p1/functions')).json).toMatchObject({
      bottomUp: [
        { function: 'hot', module: 'app', self: 0.95, total: 0.95, callers: [{ function: 'main' }] },
        { function: 'cold', self: 0.05 },
        { function: 'main', self: 0, total: 1 },
      ],
      topDown: { function: 'all', total: 1, children: [{ function: 'main', children: [{}, {}] }] },
    });
    const folded = await ask('/api/v1/profiles/p1/export?format=folded');
    expect(folded.text).toBe('main;hot 95\nmain;cold 5\n');
    expect(folded.headers['content-disposition']).toBe('attachment; filename="n001-4711-p1.folded"');
    const svg = await ask('/api/v1/profiles/p1/export?format=svg');
    expect(svg.headers['content-type']).toContain('image/svg+xml');
    expect(svg.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('sends a file whose format is compressed already as it is, to browsers too', async () => {
    const { ask, collector, port } = await runServer();
    await ask('/api/v1/profiles', { method: 'POST', body: { nodes: 'n001', pid: 1 } });
    const names = Array.from({ length: 500 }, (_, index) =>
      createHash('md5').update(`${index}`).digest('hex'),
    );
    collector.finishProfile('p1', stackTree(Object.fromEntries(names.map((name) => [name, 1]))));
    const url = `http://127.0.0.1:${port}/api/v1/profiles/p1/export?format=pprof`;
    const response = await fetch(url, { headers: { 'accept-encoding': 'gzip, deflate, br' } });
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(gunzipSync(await response.arrayBuffer()).toString('latin1')).toContain(names[0]);
  });

  it.each([
    [{}, 'what to profile: missing'],
    [{ nodes: 'n001', pid: 1, job: '7' }, 'what to profile: more than one'],
    [{ nodes: 'n0[', pid: 1 }, 'n0['],
    [{ nodes: 'n001', pid: '1' }, 'body field pid: must be integer'],
    [{ nodes: 'n001', pid: 1, duration: 9 }, 'body field duration: must be >= 10'],
    [{ nodes: 'n001', pid: 1, frequency: 2001 }, 'body field frequency: must be <= 2000'],
    [{ nodes: 'n001', pid: 1, startTime: 1e300 }, 'body field startTime: must be <= 4398046511'],
    [{ nodes: 'n001', pid: 1, startTime: -1 }, 'body field startTime: must be >= 0'],
    [{ nodes: 'n001', pid: 1, colour: 'red' }, 'body field colour: unknown'],
    [[], 'body field'],
    ['{"node":', ''],
    ['{"__proto__":{"x":1}}', ''],
  ])('refuses to start one from %j', async (body, detail) => {
    const { ask } = await runServer();
    const answer = await ask('/api/v1/profiles', { method: 'POST', body });
    expect(answer.json).toMatchObject({ status: 400, detail: expect.stringContaining(detail) });
    expect((await ask('/api/v1/profiles')).json).toEqual([]);
  });
});

describe('commands', () => {
  it('runs an action on a node set, shows and cancels it', async () => {
    const { ask } = await runServer();
    expect((await ask('/api/v1/actions')).json).toMatchObject([{ name: 'service-status' }]);
    const body = { action: 'service-status', nodes: 'n[001-002]', timeout: 5 };
    const { status, headers, json } = await ask('/api/v1/commands', { method: 'POST', body });
    expect({ status, location: headers.location }).toEqual({ status: 201, location: '/api/v1/commands/c1' });
    const command = { id: 'c1', timeout: 5, over: false, targets: [{ node: 'n001' }, { node: 'n002' }] };
    expect(json).toMatchObject(command);
    expect((await ask('/api/v1/commands')).json).toMatchObject([command]);
    expect((await ask('/api/v1/commands/c1')).json).toMatchObject(command);
    const cancelled = await ask('/api/v1/commands/c1/cancel', { method: 'POST', body: '' });
    expect(cancelled.json).toMatchObject({ id: 'c1', over: true });
  });

  it.each([
    [{ action: 'service-status', nodes: '' }, 400, 'bad-parameter'],
    [{ action: 'service-status', nodes: 'n009' }, 404, 'unknown-node'],
    [{ action: 'service-status', nodes: 'n[1-9999999]' }, 400, 'bad-node-set'],
    [{ action: 'reboot', nodes: 'n001' }, 404, 'unknown-action'],
  ])('refuses %j', async (body, status, code) => {
    const { ask } = await runServer();
    expect((await ask('/api/v1/commands', { method: 'POST', body })).json).toMatchObject({ status, code });
    expect((await ask('/api/v1/commands/c1')).json).toMatchObject({ status: 404, code: 'unknown-command' });
  });
});

describe('trouble', () => {
  it('says plainly that the disk is full', async () => {
    const server = await runServer();
    server.collector.query.map = () =>
      Promise.reject(new StoreError('disk-full', 'write /data/db: no space left'));
    const { json } = await server.ask('/api/v1/map');
    expect(json).toMatchObject({
      status: 503,
      code: 'disk-full',
      remedy: expect.stringContaining('Free space'),
    });
  });

  it('tells nothing of an error that nobody foresaw', async () => {
    const server = await runServer();
    server.collector.query.map = () => Promise.reject(new TypeError('secret path /data/x'));
    const { json, text } = await server.ask('/api/v1/map');
    expect(json).toMatchObject({ status: 500, code: 'internal' });
    expect(text).not.toContain('secret');
  });

  it('refuses a body above 256 KiB and an address that is none', async () => {
    const { ask } = await runServer();
    const big = await ask('/api/v1/commands', { method: 'POST', body: 'x'.repeat(256 * 1024 + 1) });
    expect(big.json).toMatchObject({ status: 413, code: 'body-too-large' });
    expect((await ask('/%zz')).json).toMatchObject({ status: 400, code: 'bad-url' });
    expect((await ask('/api/v1/nothing')).json).toMatchObject({ status: 404, code: 'no-such-route' });
  });

  it('sends large answers compressed to whom takes them so', async () => {
    const { port, collector } = await runServer();
    for (let index = 0; index < 200; index += 1) {
      collector.nodes.push({ name: `m${index}`, state: 'down', role: 'compute', lastSeen: 0 });
    }
    const headers = { 'accept-encoding': 'gzip' };
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/nodes`, { headers });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.json()).toHaveLength(202);
  });
});

function clockAt(nowMs: number) {
  return { now: () => nowMs, monotonic: () => nowMs, after: () => () => undefined };
}
