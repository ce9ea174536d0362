// Five roles, every route and every stream, over HTTP and a real store with two users.
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { policy } from '../../../collector/http/policy.ts';
import type { Role } from '../../../shared/model/role.ts';
import { openEvents } from './event-stream.ts';
import { type Account, accounts, runOwnedWorld } from './owned-world.ts';
import { matrix, type Naming, namings } from './role-matrix.ts';

const timeout = 120_000;
/** One of each role: what is asked for is alice's. */
const people = (Object.entries(accounts) as readonly [Account, Role][]).filter(([name]) => name !== 'bob');

type World = Awaited<ReturnType<typeof runOwnedWorld>>;

async function askRow(world: World, row: string, account: Account | null) {
  const [method = ''] = row.split(' ');
  const { path, body, type } = matrix[row] ?? { path: '' };
  const headers = {
    ...(account === null ? {} : world.as(account)),
    ...(type === undefined ? {} : { 'content-type': type }),
  };
  if (!path.endsWith('/events')) return world.ask(path, { method, headers, body });
  const stream = await openEvents(world.port, '', headers);
  stream.close();
  // It has no end: whoever may not have it is answered like everywhere.
  if (stream.status !== 200) return world.ask(path, { headers });
  return { status: stream.status, json: undefined, text: '' };
}

describe('every route', { timeout }, () => {
  test('has a row in the matrix', () => {
    expect(Object.keys(matrix).toSorted()).toEqual(Object.keys(policy).toSorted());
  });

  test('answers the roles that may, and refuses the others', async () => {
    const world = await runOwnedWorld();
    for (const [row, { may, status }] of Object.entries(matrix)) {
      for (const [account, role] of people) {
        const answer = await askRow(world, row, account);
        const said = `${row} as ${role}: ${answer.status} ${answer.text.slice(0, 300)}`;
        if (may !== 'public' && !may.includes(role)) {
          expect(answer.json, said).toMatchObject({ status: 403, code: 'permission-missing' });
        } else if (status === 'any') {
          expect(answer.json, said).not.toMatchObject({ code: 'permission-missing' });
          expect(answer.json, said).not.toMatchObject({ code: 'login-needed' });
        } else {
          expect(answer.status, said).toBe(status);
          expect(answer.json ?? {}, said).not.toMatchObject({ code: 'permission-missing' });
        }
      }
      const stranger = await askRow(world, row, null);
      if (may !== 'public') expect(stranger.status, `${row} as nobody`).toBe(401);
      else expect(stranger.json ?? {}, `${row} as nobody`).not.toMatchObject({ code: 'login-needed' });
    }
  });
});

describe('a user', { timeout }, () => {
  const reading = Object.entries(matrix).filter(
    ([row, { may }]) =>
      row.startsWith('GET /api') && may !== 'public' && may.includes('user') && !row.endsWith('/events'),
  );

  test('is told nothing of others, by whatever it reads', async () => {
    const world = await runOwnedWorld();
    let told = '';
    let all = '';
    for (const [row] of reading.filter(([name]) => !name.endsWith('openapi.json'))) {
      told += (await askRow(world, row, 'alice')).text;
      all += (await askRow(world, row, 'otto')).text;
    }
    expect(told).toContain('ja-72');
    expect(told).toContain('/home/alice/');
    for (const strange of ['bob', 'jb-9', 'n-idle', 'prf-node', '"root"', 'anna']) {
      expect(all, strange).toContain(strange);
      expect(told, strange).not.toContain(strange);
    }
  });

  test('gets for what is somebody else’s what it gets for what does not exist, to the byte', async () => {
    const world = await runOwnedWorld();
    for (const [foreign, missing, requests] of namings) {
      for (const request of requests) {
        const strange = await askNaming(world, request, foreign);
        const none = await askNaming(world, request, missing);
        expect(strange, `${foreign}: ${JSON.stringify(request)}`).toEqual(none);
        expect(strange.status, `${foreign}: ${JSON.stringify(request)}`).toBeLessThan(500);
      }
      // It is there.
      const [request] = requests;
      if (request === undefined || request.method !== undefined) continue;
      expect((await askNaming(world, request, foreign, 'anna')).status, foreign).toBe(200);
    }
  });

  test('starts, sees, stops and deletes profiles of its own job and process', async () => {
    const world = await runOwnedWorld();
    const headers = world.as('alice');
    for (const body of [{ job: 'ja-71' }, { nodes: 'n-both', pid: 1001 }]) {
      const { json, status } = await world.ask('/api/v1/profiles', { method: 'POST', headers, body });
      expect([status, json]).toMatchObject([201, { startedBy: 'alice' }]);
      const { id } = json as { id: string };
      const path = `/api/v1/profiles/${id}`;
      expect((await world.ask(path, { headers })).status).toBe(200);
      expect((await world.ask(path, { headers: world.as('bob') })).status).toBe(404);
      expect((await world.ask(`${path}/stop`, { method: 'POST', headers })).status).toBe(200);
      expect((await world.ask(path, { method: 'DELETE', headers })).status).toBe(204);
    }
  });

  test('profiles no node, no control group, and stops nothing that somebody else has started', async () => {
    const world = await runOwnedWorld();
    const headers = world.as('alice');
    const order = (body: object) => world.ask('/api/v1/profiles', { method: 'POST', headers, body });
    const refused = { status: 403, code: 'not-yours' };
    expect((await order({ nodes: 'n-both', wholeNode: true })).json).toMatchObject(refused);
    expect((await order({ nodes: 'n-both', cgroup: '/' })).json).toMatchObject(refused);
    const continuous = { method: 'POST', headers, body: { nodes: 'n-both' } };
    expect((await world.ask('/api/v1/continuous-profiles', continuous)).json).toMatchObject(refused);
    const path = '/api/v1/profiles/prf-alice-pid';
    expect((await world.ask(`${path}/stop`, { method: 'POST', headers })).json).toMatchObject(refused);
    expect((await world.ask(path, { method: 'DELETE', headers })).json).toMatchObject(refused);
    expect((await world.ask(path, { headers })).status).toBe(200);
  });
});

/** Without what differs between any two answers, and with one name for both. */
async function askNaming(
  world: World,
  { method = 'GET', path, body }: Naming,
  name: string,
  who: Account = 'alice',
) {
  const options = {
    method,
    headers: world.as(who),
    ...(body === undefined ? {} : { body: JSON.parse(body.replaceAll('{}', name)) as unknown }),
  };
  const answer = await world.ask(`/api/v1${path.replaceAll('{}', name)}`, options);
  const { date: _date, 'x-request-id': _id, 'content-length': _length, ...headers } = answer.headers;
  const text = answer.text.replaceAll(name, 'NAME').replaceAll(/"requestId":"[^"]*"/g, '"requestId":""');
  // Ranges that end now.
  return { status: answer.status, headers, text: text.replaceAll(/"(from|to)":[\d.]+/g, '"$1":0') };
}

describe('who may not see command lines', { timeout }, () => {
  const mayRead = Object.entries(matrix).filter(
    ([row, { may }]) =>
      row.startsWith('GET /api') && may !== 'public' && may.includes('viewer') && !row.endsWith('/events'),
  );

  test('finds none in any answer, nor in a file', async () => {
    const world = await runOwnedWorld();
    let told = '';
    let all = '';
    for (const [row] of mayRead) {
      told += (await askRow(world, row, 'vera')).text;
      all += (await askRow(world, row, 'otto')).text;
    }
    for (const format of ['folded', 'svg', 'pprof']) {
      const path = `/api/v1/profiles/prf-alice-pid/export?format=${format}`;
      const response = await fetch(`http://127.0.0.1:${world.port}${path}`, { headers: world.as('vera') });
      const bytes = Buffer.from(await response.arrayBuffer());
      told += (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('latin1');
    }
    expect(all).toContain('/home/alice/');
    expect(told).toContain('app-alice');
    expect(told).toContain('app-bob');
    expect(told).not.toContain('/home/');
    expect(told).not.toContain('--input');
  });
});

describe('live updates', { timeout }, () => {
  let world: World;

  async function heard(account: Account): Promise<readonly string[]> {
    const stream = await openEvents(world.port, '', world.as(account));
    for (const node of ['n-alice', 'n-bob', 'n-both', 'n-idle']) {
      world.bus.publish({ kind: 'node', node });
      world.bus.publish({ kind: 'tick', node, timeMs: world.nowMs });
    }
    for (const user of ['alice', 'bob']) {
      for (const kind of ['pid', 'job', 'file'])
        world.bus.publish({ kind: 'profile', id: `prf-${user}-${kind}` });
      world.bus.publish({ kind: 'profile-deleted', id: `prf-${user}-gone`, whose: [user] });
    }
    world.bus.publish({ kind: 'profile', id: 'prf-node-all' });
    world.bus.publish({ kind: 'command', id: 'cmd-first' });
    // Everybody hears of this one: it is the last.
    world.bus.publish({ kind: 'profile-deleted', id: 'end', whose: ['alice', 'bob'] });
    const events: string[] = [];
    for (let event = await stream.next(); event !== undefined; event = await stream.next()) {
      if (JSON.stringify(event.data).includes('"end"')) break;
      events.push(`${event.event} ${JSON.stringify(event.data)}`);
    }
    stream.close();
    return events;
  }

  test('are told of what the listener may see', async () => {
    world = await runOwnedWorld();
    const alice = await heard('alice');
    expect(alice).toHaveLength(8);
    expect(alice.join('\n')).not.toMatch(/bob|n-idle|prf-node|cmd-/);
    expect(alice.join('\n')).toContain('/home/alice/');
    const viewer = await heard('vera');
    expect(viewer).toHaveLength(18);
    expect(viewer.join('\n')).not.toContain('/home/');
    const operator = await heard('otto');
    expect(operator).toHaveLength(18);
    expect(operator.join('\n')).toContain('/home/bob/');
    expect((await openEvents(world.port, '', world.as('audrey'))).status).toBe(403);
    expect((await openEvents(world.port)).status).toBe(401);
  });

  test('of a stranger’s node are those of a node that does not exist', async () => {
    world = await runOwnedWorld();
    for (const node of ['n-bob', 'n-none']) {
      const stream = await openEvents(world.port, `?node=${node}`, world.as('alice'));
      for (const name of ['n-bob', 'n-alice'])
        world.bus.publish({ kind: 'tick', node: name, timeMs: world.nowMs });
      world.bus.publish({ kind: 'profile-deleted', id: 'end', whose: ['alice'] });
      expect(await stream.next()).toMatchObject({ event: 'profile-deleted', data: { id: 'end' } });
      stream.close();
    }
  });
});
