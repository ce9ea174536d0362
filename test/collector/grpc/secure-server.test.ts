// Who gets in by certificate, and everybody who should not.
import { connect as connectPlain } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { grpcFrame } from '../ingest/grpc-frame.ts';
import { until } from '../ingest/until.ts';
import { type Identity, serverAuth, TestAuthority } from './certificates.ts';
import { ask, authority, head, listening, session } from './secure-listener.ts';

let stranger: TestAuthority;
beforeAll(async () => {
  stranger = await TestAuthority.create();
});

describe('a listener with certificates', () => {
  test('takes a node, and knows its name from the certificate alone', async () => {
    const { port, calls, server } = await listening();
    const heard = await ask(session(port, await authority.node('n1')));
    expect(heard).toMatchObject({ 'grpc-status': '0' });
    expect(calls[0]?.caller).toEqual({ cluster: 'test', node: 'n1', epoch: '0123456789abcdef' });
    expect([...server.statistics.refused]).toEqual([]);
  });

  test.each<[string, string, () => Promise<Identity | undefined>]>([
    ['without a certificate', 'no-certificate', async () => undefined],
    ['of a foreign authority', 'foreign-authority', () => stranger.node('n1')],
    ['that has expired', 'expired', () => authority.node('n1', { fromMs: -60_000, toMs: -1_000 })],
    ['that is not good yet', 'not-yet-valid', () => authority.node('n1', { fromMs: 60_000 })],
    ['for servers', 'no-client-use', () => authority.node('n1', { uses: [serverAuth] })],
  ])('lets nobody in %s: refused as %s', async (_, reason, identity) => {
    const { port, calls, refused, server } = await listening();
    expect(await ask(session(port, await identity()))).toEqual({});
    await until('counted', () => refused(reason) === 1);
    await until('closed', () => server.statistics.open === 0);
    expect(calls).toEqual([]);
  });

  test.each<[string, string, () => Promise<Identity>]>([
    ['for no use in particular', 'no-client-use', () => authority.node('n1', { uses: [] })],
    ['without a name', 'no-name', () => authority.issue({ names: [], uses: ['1.3.6.1.5.5.7.3.2'] })],
    [
      'with two names',
      'no-name',
      () =>
        authority.issue({
          names: ['n1', 'n2'].map((node) => ({
            type: 'url',
            value: `jidi://test/node/${node}/0123456789abcdef`,
          })),
          uses: ['1.3.6.1.5.5.7.3.2'],
        }),
    ],
  ])('tells one who comes %s why not: %s', async (_, reason, identity) => {
    const { port, calls, refused, server } = await listening();
    const heard = await ask(session(port, await identity()));
    expect(heard).toMatchObject({ 'grpc-status': '16' });
    expect(decodeURI(String(heard['grpc-message']))).toMatch(/jidi-agent join/);
    await until('closed', () => server.statistics.open === 0);
    expect([refused(reason), calls]).toEqual([1, []]);
  });

  test('tells a node that was revoked before, and calls nothing', async () => {
    const { port, gate, calls, refused } = await listening();
    gate.revoke('n1');
    const heard = await ask(session(port, await authority.node('n1')));
    expect(heard).toMatchObject({ 'grpc-status': '7', 'grpc-message': 'n1%20was%20revoked' });
    expect([refused('revoked'), calls]).toEqual([1, []]);
  });

  test('ends the calls of a node that is revoked at once, and of no other', async () => {
    const { port, gate, calls } = await listening();
    const [one, other] = [await authority.node('n1'), await authority.node('n2')];
    const held = [session(port, one), session(port, other)].map((over) => {
      const stream = over.request(head);
      const ended: unknown[] = [];
      stream.on('error', () => undefined).on('trailers', (trailers) => ended.push(trailers['grpc-status']));
      stream.resume();
      stream.write(grpcFrame(Buffer.from('a')));
      return { over, ended };
    });
    await until('both', () => calls.length === 2);
    const beganMs = performance.now();
    gate.revoke('n1');
    await until('the end', () => held[0]?.over.destroyed === true);
    expect(performance.now() - beganMs).toBeLessThan(5_000);
    expect(held.map(({ ended, over }) => [ended, over.destroyed])).toEqual([
      [['7'], true],
      [[], false],
    ]);
  });

  test('ends the calls of a node whose certificate expires meanwhile', async () => {
    const { port, calls, refused } = await listening();
    const over = session(port, await authority.node('n1', { toMs: 3_000 }));
    const stream = over.request(head);
    let status: unknown;
    stream
      .on('error', () => undefined)
      .on('trailers', (trailers) => {
        status = trailers['grpc-status'];
      });
    stream.resume().write(grpcFrame(Buffer.from('a')));
    await until('open', () => calls.length === 1);
    await until('the end', () => status === '16', 15_000);
    expect(refused('expired')).toBe(1);
  });

  test('shows new connections its new certificate, and takes those of the new authority', async () => {
    const { port, gate } = await listening();
    const later = await TestAuthority.create('CN=the next one');
    const node = await later.node('n1');
    expect(await ask(session(port, node))).toEqual({});
    const next = await later.server();
    gate.change({ ...next, authorities: [authority.pem, later.pem] });
    expect(await ask(session(port, node, { ca: later.pem }))).toMatchObject({ 'grpc-status': '0' });
  });

  test('speaks the newest TLS and HTTP/2, nothing else', async () => {
    const { port, refused } = await listening();
    const identity = await authority.node('n1');
    const trouble = (options: ConnectionOptions) =>
      new Promise<string | undefined>((resolve) => {
        const socket = connectTls({ port, host: '127.0.0.1', ca: authority.pem, ...identity, ...options });
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
        socket.on('close', () => resolve('closed')).resume();
      });
    expect(await trouble({ maxVersion: 'TLSv1.2' })).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    await until('counted', () => refused('old-tls') === 1);
    await trouble({ ALPNProtocols: ['http/1.1'] });
    await until('counted', () => refused('no-http2') === 1);
    await trouble({});
    await until('counted again', () => refused('no-http2') === 2);
    const plain = connectPlain(port, '127.0.0.1').on('error', () => undefined);
    plain.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await until('no TLS', () => refused('no-tls') === 1);
  });

  test('for nodes that have no certificate yet shows its authorities, and asks for nothing', async () => {
    const { port, calls } = await listening({}, false);
    const socket = connectTls({ port, host: '127.0.0.1', ca: authority.pem, ALPNProtocols: ['h2'] });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const chain = socket.getPeerX509Certificate();
    expect(chain?.issuerCertificate?.toString().trim()).toBe(authority.pem.trim());
    socket.destroy();
    expect(await ask(session(port))).toMatchObject({ 'grpc-status': '0' });
    expect(calls.map(({ caller }) => caller)).toEqual([null]);
  });
});
