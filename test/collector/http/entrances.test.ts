// The ways in: TLS by an own authority and by a given certificate, through a proxy, by other names, through the admin socket.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Access } from '../../../collector/http/http-server.ts';
import { requireSafeListening } from '../../../collector/http/listening-rule.ts';
import { openWebAuthority, webAuthorityFile } from '../../../collector/identity/people/web-authority.ts';
import { handClock } from '../store/open-store.ts';
import { askSocket, closedAccess, runPeople } from './people-world.ts';
import { openAccess, runServer } from './running-server.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'jidi-web-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe('TLS by an own authority', () => {
  const now = Date.now();

  it('is believed by who believes the authority, under its names, and by nobody else', async () => {
    const dataDir = folder();
    const clock = handClock(now);
    const certificate = await openWebAuthority({ dataDir, names: ['mgr.cluster', '10.1.2.3'], clock });
    const access: Access = { ...openAccess, certificate, names: ['mgr.cluster'] };
    const { port } = await runServer({ access });
    const ca = readFileSync(join(dataDir, 'identity', webAuthorityFile), 'utf8');
    const ask = (options: object) =>
      new Promise<{ status: number; protocol: string | null }>((resolve, reject) => {
        const sent = request(
          { host: '127.0.0.1', port, path: '/api/v1/nodes', agent: false, ...options },
          (response) => {
            const { socket } = response;
            const protocol = socket instanceof TLSSocket ? socket.getProtocol() : null;
            resolve({ status: response.statusCode ?? 0, protocol });
            response.resume();
          },
        );
        sent.on('error', reject);
        sent.end();
      });
    expect(await ask({ ca })).toEqual({ status: 200, protocol: 'TLSv1.3' });
    const named = { ca, servername: 'mgr.cluster', headers: { host: 'mgr.cluster' } };
    expect(await ask(named)).toMatchObject({ status: 200 });
    await expect(ask({ ca, servername: 'other.cluster' })).rejects.toThrow(/altnames/i);
    await expect(ask({})).rejects.toThrow(/certificate/);
    await expect(ask({ ca, maxVersion: 'TLSv1.2' })).rejects.toThrow();
    expect(statSync(join(dataDir, 'identity/web-authority.key')).mode & 0o077).toBe(0);
  });

  it('renews in time, and for other names, under the same authority', async () => {
    const dataDir = folder();
    const clock = handClock(now);
    const names = ['mgr'];
    const first = await openWebAuthority({ dataDir, names, clock });
    expect(await openWebAuthority({ dataDir, names, clock })).toEqual(first);
    const authority = readFileSync(join(dataDir, 'identity', webAuthorityFile), 'utf8');
    const other = await openWebAuthority({ dataDir, names: ['mgr', 'mgr2'], clock });
    expect(other.certificate).not.toBe(first.certificate);
    clock.nowMs += 61 * 86_400_000;
    const renewed = await openWebAuthority({ dataDir, names: ['mgr', 'mgr2'], clock });
    expect(renewed.certificate).not.toBe(other.certificate);
    expect(renewed.certificate).toContain(authority.trim());
  });
});

describe('a proxy', () => {
  const access: Access = { ...closedAccess, proxies: ['127.0.0.0/8'], names: ['jidi.example'] };

  it('that is declared says who asks, and by which name', async () => {
    const { ask, store } = await runPeople({ alice: 'admin' }, access);
    const headers = {
      'x-forwarded-for': '203.0.113.9, 192.0.2.7',
      'x-forwarded-host': 'jidi.example',
      'x-forwarded-proto': 'https',
    };
    const body = { name: 'alice', password: 'wrong' };
    const own = { ...headers, origin: 'https://jidi.example' };
    expect((await ask('/api/v1/session', { method: 'POST', body, headers: own })).status).toBe(401);
    const [refused] = await store.audit({ limit: 1 });
    expect(refused).toMatchObject({ event: 'login.refused', actor: 'nobody@192.0.2.7' });
    const foreign = { ...headers, 'x-forwarded-host': 'evil.example' };
    expect((await ask('/-/healthy', { headers: foreign })).status).toBe(421);
  });

  it('that is not declared says nothing', async () => {
    const { ask, store } = await runPeople({ alice: 'admin' }, closedAccess);
    const headers = {
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-host': 'jidi.example',
      'x-forwarded-proto': 'https',
    };
    const body = { name: 'alice', password: 'wrong' };
    expect((await ask('/api/v1/session', { method: 'POST', body, headers })).status).toBe(401);
    expect(await store.audit({ limit: 1 })).toMatchObject([{ actor: 'nobody@127.0.0.1' }]);
  });
});

describe('other addresses than the loopback', () => {
  const address = { host: '10.1.2.3', port: 7300 };

  it.each([
    ['none', true],
    ['none', false],
    ['required', false],
  ] as const)('are refused with login %s, encrypted %s', (login, isEncrypted) => {
    expect(() => requireSafeListening(address, { login, isEncrypted })).toThrow(
      'http 10.1.2.3:7300: refused',
    );
  });

  it('are taken with a login and encrypted', () => {
    expect(() => requireSafeListening(address, { login: 'required', isEncrypted: true })).not.toThrow();
  });
});

describe('the admin socket', () => {
  it('is for its owner alone, who is the administrator', async () => {
    const path = join(folder(), 'run/admin.sock');
    const { ask, store } = await runPeople({ alice: 'admin' }, closedAccess, path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect((await askSocket(path, '/api/v1/session')).json).toMatchObject({
      name: 'root',
      role: 'admin',
      via: 'socket',
    });
    const bob = { name: 'bob', role: 'user' };
    expect((await askSocket(path, '/api/v1/accounts', 'POST', bob)).status).toBe(201);
    expect(await store.audit({ limit: 1 })).toMatchObject([
      { event: 'account.created', actor: 'root@socket', subject: 'bob' },
    ]);
    // Who comes over the network cannot say that it came through the socket.
    expect((await ask('/api/v1/accounts', { headers: { host: 'localhost' } })).status).toBe(401);
  });
});
