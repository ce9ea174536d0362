import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { keepGate } from '../../../collector/http/gate.ts';
import { policy, policyFaults } from '../../../collector/http/policy.ts';
import { permissionsOf, roles } from '../../../shared/model/role.ts';
import { openEvents } from './event-stream.ts';
import { bearer, closedAccess, ownPage, password, runPeople } from './people-world.ts';
import { memoryPeople, runServer } from './running-server.ts';

const order = { nodes: 'n001', pid: 1 };
const login = (name: string, secret = password) => ({
  method: 'POST',
  body: { name, password: secret },
});

describe('the policy', () => {
  it('has a row for every route, and no other', async () => {
    const { routes } = await runServer();
    expect(routes.length).toBeGreaterThan(40);
    expect(policyFaults(routes, { rowsToo: true })).toEqual([]);
  });

  it('stops the start for a route without a row', () => {
    const app = fastify();
    keepGate(app, { people: memoryPeople(), login: 'required' });
    expect(() => app.get('/api/v1/forgotten', () => 'secret')).toThrow(
      'GET /api/v1/forgotten: no row in the policy',
    );
  });

  it('says 401 to nobody and 403, with what is needed, to who may not', async () => {
    const accounts = Object.fromEntries(roles.map((role) => [`the-${role}`, role]));
    const { ask, askAs, logIn } = await runPeople(accounts);
    const cookies = new Map(
      await Promise.all(roles.map(async (role) => [role, await logIn(`the-${role}`)] as const)),
    );
    for (const [row, requirement] of Object.entries(policy)) {
      if (requirement === 'public' || requirement === 'self' || row.endsWith('/events')) continue;
      const [method = '', route = ''] = row.split(' ');
      const path = route.replace(':name', 'n001').replace(':id', 'p1');
      const type = {
        'content-type': path.endsWith('/import') ? 'application/octet-stream' : 'application/json',
      };
      expect({ row, status: (await ask(path, { method, headers: type })).status }).toEqual({
        row,
        status: 401,
      });
      for (const role of roles) {
        const { status, json } = await askAs(cookies.get(role) ?? '', path, { method, headers: type });
        const isRefused = status === 403 && JSON.stringify(json).includes(`${requirement} is needed`);
        expect({ row, role, isRefused }).toEqual({
          row,
          role,
          isRefused: !permissionsOf[role].includes(requirement),
        });
      }
    }
  });
});

describe('a session', () => {
  it('is kept in a cookie that only this host gets, encrypted, and no script', async () => {
    const { ask, port } = await runPeople();
    const headers = ownPage(`http://127.0.0.1:${port}`);
    const answer = await ask('/api/v1/session', { ...login('alice'), headers });
    expect(answer.json).toMatchObject({ name: 'alice', token: null });
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^__Host-jidi=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
  });

  it('ends 12 h after the login, and after half an hour without a request', async () => {
    const { askAs, logIn, clock } = await runPeople();
    const cookie = await logIn('alice');
    const status = async () => (await askAs(cookie, '/api/v1/nodes')).status;
    for (let minutes = 0; minutes < 12 * 60 - 25; minutes += 25) {
      clock.nowMs += 25 * 60_000;
      expect(await status()).toBe(200);
    }
    clock.nowMs += 25 * 60_000;
    expect(await status()).toBe(401);
    const idle = await logIn('alice');
    clock.nowMs += 31 * 60_000;
    expect((await askAs(idle, '/api/v1/nodes')).status).toBe(401);
  });

  it.each([
    [
      'the password changes',
      {
        method: 'POST',
        path: '/api/v1/session/password',
        body: { present: password, wanted: 'another horse 2' },
      },
    ],
    ['the role changes', { method: 'PATCH', path: '/api/v1/accounts/bob', body: { role: 'viewer' } }],
    ['the account is locked', { method: 'PATCH', path: '/api/v1/accounts/bob', body: { locked: true } }],
    ['the account is removed', { method: 'DELETE', path: '/api/v1/accounts/bob', body: undefined }],
    ['it is left', { method: 'DELETE', path: '/api/v1/session', body: undefined }],
  ])('ends when %s, and with it its live updates', async (_, { path, ...change }) => {
    const { askAs, logIn, port } = await runPeople({ alice: 'admin', bob: 'operator' });
    const cookie = await logIn('bob');
    const stream = await openEvents(port, '', { cookie });
    expect(stream.status).toBe(200);
    const who = path.includes('accounts') ? await logIn('alice') : cookie;
    expect((await askAs(who, path, change)).status).toBeLessThan(300);
    expect((await askAs(cookie, '/api/v1/nodes')).status).toBe(401);
    await stream.closed;
  });

  it('of the command line is a bearer token; neither is taken for the other', async () => {
    const { ask, logIn } = await runPeople();
    const { json } = await ask('/api/v1/session', login('alice'));
    const { token } = json as { token: string };
    expect((await ask('/api/v1/nodes', bearer(token))).status).toBe(200);
    expect((await ask('/api/v1/nodes', { headers: { cookie: `__Host-jidi=${token}` } })).status).toBe(401);
    const cookie = await logIn('alice');
    expect((await ask('/api/v1/nodes', bearer(cookie.slice('__Host-jidi='.length)))).status).toBe(401);
  });

  it('changes nothing for a page of another origin, or without the header of the console', async () => {
    const { ask, askAs, logIn, port } = await runPeople();
    const cookie = await logIn('alice');
    const own = ownPage(`http://127.0.0.1:${port}`);
    const bare = { origin: own['origin'] ?? '', 'sec-fetch-site': 'same-origin' };
    for (const headers of [
      { ...own, origin: 'http://evil.example' },
      { ...own, origin: `http://127.0.0.1:${port + 1}` },
      { ...own, 'sec-fetch-site': 'cross-site' },
      { ...own, 'sec-fetch-site': 'same-site' },
      { 'x-jidi': 'console' },
      bare,
      {},
    ]) {
      const answer = await ask('/api/v1/profiles', {
        method: 'POST',
        body: order,
        headers: { ...headers, cookie },
      });
      expect(answer.json).toMatchObject({ status: 403, code: 'foreign-origin' });
    }
    expect((await askAs(cookie, '/api/v1/profiles')).json).toEqual([]);
    expect((await askAs(cookie, '/api/v1/profiles', { method: 'POST', body: order })).status).toBe(201);
  });
});

describe('an API token', () => {
  it('has what it was given, at most what its owner has, until it ends', async () => {
    const { ask, askAs, logIn, clock } = await runPeople({ olga: 'operator' });
    const cookie = await logIn('olga');
    const create = (wish: object) =>
      askAs(cookie, '/api/v1/tokens', { method: 'POST', body: { name: 'ci', ...wish } });
    expect((await create({ permissions: ['identity:manage'] })).json).toMatchObject({
      code: 'permission-missing',
    });
    expect((await create({ days: 91 })).status).toBe(400);
    const { json } = await create({ permissions: ['cluster:read'], days: 2 });
    const { secret, id } = json as { secret: string; id: string };
    expect(secret).toMatch(/^jidi_[A-Za-z0-9_-]{43}$/);
    expect((await ask('/api/v1/nodes', bearer(secret))).status).toBe(200);
    expect((await ask('/api/v1/profiles', bearer(secret))).json).toMatchObject({
      code: 'permission-missing',
    });
    const more = await ask('/api/v1/tokens', { ...bearer(secret), method: 'POST', body: { name: 'more' } });
    expect(more.json).toMatchObject({ code: 'session-needed' });
    expect((await askAs(cookie, '/api/v1/tokens')).json).toMatchObject([{ id, name: 'ci', owner: 'olga' }]);
    expect((await askAs(cookie, '/api/v1/tokens')).text).not.toContain(secret);
    clock.nowMs += 2 * 86_400_000;
    expect((await ask('/api/v1/nodes', bearer(secret))).status).toBe(401);
  });

  it('is taken from its network alone, and goes when it is removed or its owner locked', async () => {
    const { ask, askAs, logIn, people } = await runPeople({ alice: 'admin', olga: 'operator' });
    const cookie = await logIn('olga');
    const create = async (network: string) => {
      const body = { name: 'ci', network };
      return (await askAs(cookie, '/api/v1/tokens', { method: 'POST', body })).json as {
        secret: string;
        id: string;
      };
    };
    const status = async ({ secret }: { secret: string }) =>
      (await ask('/api/v1/nodes', bearer(secret))).status;
    expect(await create('10.0.0.0/99')).toMatchObject({ code: 'bad-parameter' });
    expect(await status(await create('10.0.0.0/8'))).toBe(401);
    const [one, other] = [await create('127.0.0.0/8'), await create('127.0.0.1')];
    expect([await status(one), await status(other)]).toEqual([200, 200]);
    expect((await askAs(cookie, `/api/v1/tokens/${one.id}`, { method: 'DELETE' })).status).toBe(204);
    await people.accounts.change('olga', { isLocked: true }, 'test');
    expect([await status(one), await status(other)]).toEqual([401, 401]);
  });
});

describe('guesses', () => {
  it('make an account wait, whether it is there or not, in the same words', async () => {
    const { ask, clock } = await runPeople();
    for (const name of ['alice', 'nobody-here']) {
      for (let guess = 0; guess < 5; guess++) {
        const { json, status } = await ask('/api/v1/session', login(name, `wrong ${guess}`));
        expect({ status, json }).toMatchObject({
          status: 401,
          json: { code: 'bad-login', detail: 'name or password: wrong' },
        });
      }
      const waiting = await ask('/api/v1/session', login(name));
      expect(waiting.json).toMatchObject({ status: 429, code: 'too-many-attempts' });
      expect(waiting.headers['retry-after']).toBe('30');
    }
    clock.nowMs += 31_000;
    expect((await ask('/api/v1/session', login('alice'))).status).toBe(201);
  });

  it('at the same time count before their answers', async () => {
    const { ask } = await runPeople();
    const guesses = Array.from({ length: 20 }, (_, n) =>
      ask('/api/v1/session', login('alice', `wrong ${n}`)),
    );
    const codes = (await Promise.all(guesses)).map(({ status }) => status);
    expect(codes.filter((status) => status === 401)).toHaveLength(5);
    expect(codes.filter((status) => status === 429)).toHaveLength(15);
  });

  it('from one address at many accounts make the address wait', async () => {
    const { ask } = await runPeople({ alice: 'admin' }, { ...closedAccess, proxies: ['127.0.0.1'] });
    const from = (address: string, name: string) =>
      ask('/api/v1/session', { ...login(name), headers: { 'x-forwarded-for': address } });
    const names = Array.from({ length: 20 }, (_, n) => `u${n}`);
    for (const name of names) expect((await from('192.0.2.7', name)).status).toBe(401);
    expect((await from('192.0.2.7', 'alice')).status).toBe(429);
    expect((await from('192.0.2.8', 'alice')).status).toBe(201);
  });

  it('are in the audit log without what was typed as a name', async () => {
    const { ask, store } = await runPeople();
    await ask('/api/v1/session', login('alice', 'wrong'));
    await ask('/api/v1/session', login('my-secret-password', 'x'));
    const records = (await store.audit({ limit: 10 })).filter(({ event }) => event === 'login.refused');
    expect(records.map(({ subject }) => subject).sort()).toEqual(['alice', 'unknown account']);
    expect(JSON.stringify(records)).not.toContain('my-secret-password');
  });
});

describe('a login link', () => {
  it('works once, and the one it lets in chooses a password', async () => {
    const { ask, askAs, logIn, clock } = await runPeople();
    const admin = await logIn('alice');
    const body = { name: 'bob', role: 'user' };
    expect((await askAs(admin, '/api/v1/accounts', { method: 'POST', body })).status).toBe(201);
    const link = async () => {
      const { json } = await askAs(admin, '/api/v1/accounts/bob/link', {
        method: 'POST',
        body: { minutes: 10 },
      });
      return (json as { path: string }).path.replace('/login#', '');
    };
    const redeem = (code: string) => ask('/api/v1/session/link', { method: 'POST', body: { code } });
    const code = await link();
    const both = await Promise.all([redeem(code), redeem(code)]);
    expect(both.filter(({ status }) => status === 201)).toHaveLength(1);
    const { token } = (both.find(({ status }) => status === 201) ?? both[0]).json as { token: string };
    const weak = { method: 'POST', body: { wanted: 'bobbobbobbob' }, ...bearer(token) };
    expect((await ask('/api/v1/session/password', weak)).json).toMatchObject({ code: 'weak-password' });
    const change = { method: 'POST', body: { wanted: 'correct staple 3' }, ...bearer(token) };
    expect((await ask('/api/v1/session/password', change)).status).toBe(201);
    expect((await ask('/api/v1/session', login('bob', 'correct staple 3'))).status).toBe(201);
    const late = await link();
    clock.nowMs += 601_000;
    expect((await redeem(late)).json).toMatchObject({ status: 401, code: 'bad-link' });
  });
});

describe('administrators', () => {
  it('cannot all be taken away', async () => {
    const { askAs, logIn } = await runPeople();
    const cookie = await logIn('alice');
    for (const change of [
      { method: 'PATCH', body: { role: 'viewer' } },
      { method: 'PATCH', body: { locked: true } },
      { method: 'DELETE' },
    ]) {
      const answer = await askAs(cookie, '/api/v1/accounts/alice', change);
      expect(answer.json).toMatchObject({ status: 409, code: 'last-admin' });
    }
    expect((await askAs(cookie, '/api/v1/accounts')).status).toBe(200);
  });
});
