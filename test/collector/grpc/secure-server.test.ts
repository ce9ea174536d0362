// A listener with certificates, and everybody who should not get in.
import { type ClientHttp2Session, connect, constants, type SecureClientSessionOptions } from 'node:http2';
import { connect as connectPlain, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { agentLimits, type ConnectionLimits } from '../../../collector/grpc/connection-limits.ts';
import type { GrpcCall } from '../../../collector/grpc/grpc-call.ts';
import { GrpcServer } from '../../../collector/grpc/grpc-server.ts';
import { grpcFrame } from '../ingest/grpc-frame.ts';
import { until } from '../ingest/until.ts';
import { type Identity, serverAuth, TestAuthority, TestGate } from './certificates.ts';
import { beginAndReset, preface } from './raw-http2.ts';

const head = { ':method': 'POST', ':path': '/echo', 'content-type': 'application/grpc' };
const undo: (() => unknown)[] = [];
let authority: TestAuthority;
let stranger: TestAuthority;

beforeAll(async () => {
  authority = await TestAuthority.create();
  stranger = await TestAuthority.create();
});

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

async function listening(change: Partial<ConnectionLimits> = {}, asksCertificate = true) {
  const gate = new TestGate(await authority.server());
  const calls: GrpcCall[] = [];
  const server = new GrpcServer({
    methods: new Map([['/echo', (call) => echo(call, calls)]]),
    limits: { ...agentLimits, messageBytes: 1_000, ...change },
    security: { gate, asksCertificate },
  });
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  undo.push(() => server.stop(100));
  const refused = (reason: string) => server.statistics.refused.get(reason) ?? 0;
  return { server, gate, port, calls, refused };
}

/** Answers each message with itself; the first is the greeting. */
function echo(call: GrpcCall, calls: GrpcCall[]): void {
  calls.push(call);
  call.listen({
    message: (bytes) => {
      call.greeted();
      call.write(bytes);
    },
    refused: ({ grpcStatus, message }) => call.end(grpcStatus, message),
    finished: () => call.end(0),
    closed: () => undefined,
  });
}

function session(port: number, identity?: Identity, change: SecureClientSessionOptions = {}) {
  const made = connect(`https://127.0.0.1:${port}`, { ca: authority.pem, ...identity, ...change });
  made.on('error', () => undefined);
  undo.push(() => made.destroy());
  return made;
}

/** Headers and trailers of a call that says one word; empty when the line broke. */
function ask(over: ClientHttp2Session): Promise<Record<string, unknown>> {
  const stream = over.request(head);
  const heard: Record<string, unknown> = {};
  stream.on('error', () => undefined);
  stream.on('response', (headers) => Object.assign(heard, headers));
  stream.on('trailers', (headers) => Object.assign(heard, headers));
  stream.resume();
  stream.end(grpcFrame(Buffer.from('a')));
  return new Promise((resolve) => stream.on('close', () => resolve(heard)));
}

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

describe('a listener under attack', () => {
  function idle(port: number, count: number): Socket[] {
    return Array.from({ length: count }, () => {
      const socket = connectPlain(port, '127.0.0.1').on('error', () => undefined);
      undo.push(() => socket.destroy());
      return socket;
    });
  }

  test('ends handshakes that do not go on', async () => {
    const { port, refused, server } = await listening({ handshakeMs: 500 });
    const [silent, half] = [idle(port, 10), idle(port, 10)];
    for (const socket of half) socket.write(Buffer.from([0x16, 3, 1, 2, 0, 1, 0]));
    await until('all gone', () => refused('handshake-deadline') === 20);
    await until('closed', () => server.statistics.open === 0);
    expect([...silent, ...half].every(({ readyState }) => readyState !== 'opening')).toBe(true);
  });

  test('lets nodes in while more handshakes hang than there may be', async () => {
    const { port, refused, server } = await listening({ handshakes: 8 });
    idle(port, 40);
    await until('too many', () => refused('too-many-handshakes') === 32);
    expect(server.statistics.openHandshakes).toBe(8);
    expect(await ask(session(port, await authority.node('n1')))).toMatchObject({ 'grpc-status': '0' });
  });

  test('takes no more connections than allowed', async () => {
    const { port, refused } = await listening({ connections: 5 });
    idle(port, 20);
    await until('too many', () => refused('too-many') === 15);
  });

  test('ends a connection on which nobody greets, pings or not', async () => {
    const { port, refused, server } = await listening({ greetingMs: 1_000 });
    const node = await authority.node('n1');
    const over = session(port, node);
    const pings = setInterval(() => over.ping(() => undefined), 100);
    undo.push(() => clearInterval(pings));
    await until('no greeting', () => refused('no-greeting') === 1, 10_000);
    await until('closed', () => server.statistics.open === 0);
  });

  test('ends a connection that begins calls and resets them, and serves the others', async () => {
    const { port, calls, server } = await listening();
    const node = await authority.node('n1');
    const socket = connectTls({ port, host: '127.0.0.1', ca: authority.pem, ...node, ALPNProtocols: ['h2'] });
    const closed = new Promise((resolve) => socket.on('error', () => undefined).on('close', resolve));
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    socket.resume().write(preface);
    for (let begun = 0; begun < 5_000; begun += 1) socket.write(beginAndReset(begun * 2 + 1, '/echo'));
    await closed;
    expect(calls.length).toBeLessThanOrEqual(agentLimits.callBurst);
    await until('nothing is left', () => server.statistics.open === 0);
    expect(await ask(session(port, await authority.node('n2')))).toMatchObject({ 'grpc-status': '0' });
  });

  test('ends a connection that begins one call after another', async () => {
    const { port, refused } = await listening({ callBurst: 8, callsPerSecond: 1 });
    const over = session(port, await authority.node('n1'));
    for (let begun = 0; begun < 20 && !over.destroyed; begun += 1) await ask(over);
    expect([over.destroyed, refused('too-many-calls')]).toEqual([true, 1]);
  });

  test('lets no more calls be open on a connection than allowed', async () => {
    const { port, calls } = await listening();
    const over = session(port, await authority.node('n1'), { settings: { enablePush: false } });
    const resets: number[] = [];
    await new Promise((resolve) => over.once('connect', resolve));
    for (let count = 0; count < 12; count += 1) {
      const stream = over.request(head);
      stream.on('error', () => undefined).on('close', () => resets.push(stream.rstCode));
    }
    await until('four', () => calls.length === 4);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(calls).toHaveLength(4);
  });

  test('takes no headers beyond a few KiB', async () => {
    const { port, calls, refused } = await listening();
    const over = session(port, await authority.node('n1'), { maxSendHeaderBlockLength: 1_000_000 });
    const stream = over.request({ ...head, 'x-long': 'y'.repeat(60_000) });
    stream.on('error', () => undefined);
    await until('ended', () => over.destroyed);
    expect([calls, refused('too-large-headers')]).toEqual([[], 1]);
  });

  test('opens a connection anew when it is old enough', async () => {
    const { port, refused, calls } = await listening({ ageMs: 500, ageJitterMs: 100 });
    const over = session(port, await authority.node('n1'));
    const stream = over.request(head);
    let status: unknown;
    stream
      .on('error', () => undefined)
      .on('trailers', (trailers) => {
        status = trailers['grpc-status'];
      });
    stream.resume().write(grpcFrame(Buffer.from('a')));
    await until('open', () => calls.length === 1);
    await until('told', () => status === '14');
    expect(refused('too-old')).toBe(1);
  });
});
