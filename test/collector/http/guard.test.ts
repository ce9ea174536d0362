import { describe, expect, it } from 'vitest';
import { StartError } from '../../../shared/errors.ts';
import { runServer } from './running-server.ts';

const order = { nodes: 'n001', pid: 1 };

describe('where it listens', () => {
  it.each(['0.0.0.0', '::', '10.1.2.3', 'login1'])('refuses %s and names the way round', async (host) => {
    const error: unknown = await runServer({}, { host, port: 8080 }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({ remedy: expect.stringContaining('ssh -L 8080:127.0.0.1:8080') });
  });

  it('says which port is taken', async () => {
    const { port } = await runServer();
    const second = runServer({}, { host: '127.0.0.1', port });
    await expect(second).rejects.toThrow(`http 127.0.0.1:${port}: listen EADDRINUSE`);
  });
});

describe('whom it answers', () => {
  it.each([
    'evil.example',
    'evil.example:80',
    '10.0.0.1',
    '127.0.0.1.evil.example',
    'localhost@evil',
    '[::2]',
  ])('refuses the host %j, as after DNS rebinding', async (host) => {
    const { ask } = await runServer();
    for (const path of ['/api/v1/nodes', '/', '/metrics', '/api/v1/events']) {
      const { status, json } = await ask(path, { headers: { host } });
      expect({ status, json }).toMatchObject({ status: 421, json: { code: 'foreign-host' } });
    }
  });

  it.each(['localhost', 'LOCALHOST:9000', '127.0.0.1:80', '127.9.9.9', '[::1]:8080'])(
    'serves %s',
    async (host) => {
      const { ask } = await runServer();
      expect((await ask('/api/v1/nodes', { headers: { host } })).status).toBe(200);
    },
  );

  it.each([
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'https://127.0.0.1' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
  ])('refuses what a page of another origin sends: %j', async (headers) => {
    const { ask } = await runServer();
    const answer = await ask('/api/v1/profiles', { method: 'POST', headers, body: order });
    expect(answer.json).toMatchObject({ status: 403, code: 'foreign-origin' });
    expect((await ask('/api/v1/events', { headers })).status).toBe(403);
    expect((await ask('/api/v1/profiles')).json).toEqual([]);
  });

  it('serves its own page', async () => {
    const { ask, port } = await runServer();
    const headers = { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' };
    const answer = await ask('/api/v1/profiles', { method: 'POST', headers, body: order });
    expect(answer.status).toBe(201);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
  ])('refuses %s, which a form can send', async (type) => {
    const { ask } = await runServer();
    const headers = { 'content-type': type };
    const answer = await ask('/api/v1/profiles', { method: 'POST', headers, body: JSON.stringify(order) });
    expect(answer.json).toMatchObject({ status: 415, code: 'not-json' });
  });
});

describe('headers', () => {
  it('leave a page nothing but its own files, and keep answers out of caches', async () => {
    const { ask } = await runServer();
    for (const path of ['/api/v1/nodes', '/api/v1/nodes/n009', '/']) {
      const { headers } = await ask(path);
      const policy = headers['content-security-policy'];
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'; require-trusted-types-for 'script'");
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    }
    expect((await ask('/api/v1/nodes')).headers['cache-control']).toBe('no-store');
  });
});
