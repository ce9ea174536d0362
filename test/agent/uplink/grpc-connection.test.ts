import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import {
  constants,
  createServer as createPlainServer,
  createSecureServer,
  type ServerHttp2Session,
} from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { GrpcConnection } from '../../../agent/uplink/grpc-connection.ts';
import { frame } from '../../../agent/uplink/grpc-messages.ts';
import { until } from '../../collector/ingest/until.ts';
import { call, grpcHeaders, later, listening, stranger, talking } from './grpc-ends.ts';

describe('a connection', () => {
  test('carries several calls, of which one ends alone; it is closed with the last, and opened again', async () => {
    const server = createPlainServer();
    const sessions = new Set<ServerHttp2Session>();
    let closed = 0;
    server.on('session', (session) => {
      sessions.add(session);
      session.on('close', () => {
        closed += 1;
      });
    });
    const reset: number[] = [];
    server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      stream.on('close', () => reset.push(stream.rstCode));
      stream.respond(grpcHeaders);
      stream.on('data', (bytes: Buffer) => stream.write(bytes));
    });
    const connection = new GrpcConnection(await listening(server));
    const [one, other] = [call(connection), call(connection)];
    one.made.write(Buffer.from('a'));
    other.made.write(Buffer.from('b'));
    await until('both', () => one.heard.length + other.heard.length === 2);
    one.made.cancel();
    await until('reset', () => reset.length === 1);
    expect(reset).toEqual([constants.NGHTTP2_CANCEL]);
    other.made.write(Buffer.from('c'));
    await until('the other', () => other.heard.length === 2);
    expect([sessions.size, closed]).toEqual([1, 0]);
    other.made.cancel();
    await until('closed', () => closed === 1);
    const third = call(connection);
    third.made.write(Buffer.from('d'));
    await until('again', () => third.heard.length === 1);
    expect([sessions.size, one.ends, other.ends]).toEqual([2, [], []]);
  });

  test('that is said goodbye to carries what it has, and the next call opens another one', async () => {
    const server = createPlainServer();
    const sessions: ServerHttp2Session[] = [];
    server.on('session', (session) => sessions.push(session));
    server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      stream.respond(grpcHeaders);
      stream.on('data', (bytes: Buffer) => stream.write(bytes));
    });
    const connection = new GrpcConnection(await listening(server));
    const one = call(connection);
    one.made.write(Buffer.from('a'));
    await until('one', () => one.heard.length === 1);
    sessions[0]?.goaway();
    one.made.write(Buffer.from('b'));
    await until('one again', () => one.heard.length === 2);
    const other = call(connection);
    other.made.write(Buffer.from('c'));
    await until('the other', () => other.heard.length === 1);
    expect([sessions.length, one.ends]).toEqual([2, []]);
  });

  test('on which one stream is not read carries the other', async () => {
    const server = createPlainServer();
    let streams = 0;
    server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      stream.respond(grpcHeaders);
      streams += 1;
      if (streams === 2) stream.on('data', (bytes: Buffer) => stream.write(bytes));
    });
    const connection = new GrpcConnection(await listening(server));
    const flood = call(connection);
    await until('the first', () => streams === 1);
    while (flood.made.write(Buffer.alloc(64 * 1024)));
    for (let more = 0; more < 20; more += 1) flood.made.write(Buffer.alloc(64 * 1024));
    const other = call(connection);
    const words = Array.from({ length: 300 }, (_, index) => `${index}`.repeat(300));
    for (const word of words) other.made.write(Buffer.from(word));
    await until('everything', () => other.heard.length === words.length);
  });

  /** A line that can be cut, and one that swallows everything. */
  async function line(target: string): Promise<{ target: string; cut: () => void; hold: () => void }> {
    const sockets: Socket[] = [];
    const server = createServer((near) => {
      const far = connect(Number(target.split(':')[1]), '127.0.0.1');
      sockets.push(near, far);
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.pipe(far);
      far.pipe(near);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const cut = () => sockets.forEach((socket) => socket.resetAndDestroy());
    later(() => {
      cut();
      server.close();
    });
    const hold = () => sockets.forEach((socket) => socket.unpipe().pause());
    return { target: `127.0.0.1:${(server.address() as AddressInfo).port}`, cut, hold };
  }

  test('that nobody takes', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const made = call(`127.0.0.1:${port}`);
    made.made.write(Buffer.from('a'));
    expect(await made.over()).toEqual({
      code: 14,
      message: expect.stringMatching(/^UNAVAILABLE: .*ECONNREFUSED/),
    });
  });

  test('to one who does not speak HTTP/2', async () => {
    const server = createServer((socket) =>
      socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    later(() => server.close());
    const { over } = call(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(await over()).toMatchObject({ code: 14 });
  });

  test('that breaks', async () => {
    const { target, cut } = await line(await talking());
    const { heard, over } = call(target);
    await until('a message', () => heard.length === 1);
    cut();
    expect(await over()).toMatchObject({ code: 14 });
  });

  test('that is silent lives as long as pings are answered', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let pings = 0;
    const target = await stranger((stream) => {
      const say = () => stream.write(frame(Buffer.from('a')));
      stream.respond(grpcHeaders);
      say();
      stream.session?.on('ping', () => {
        pings += 1;
        // It comes behind the answer to the ping.
        say();
      });
    });
    const { heard, ends } = call(target);
    for (let round = 1; round <= 3; round += 1) {
      await until('a message', () => heard.length === round);
      expect(pings).toBe(round - 1);
      vi.advanceTimersByTime(60_000);
    }
    expect(ends).toEqual([]);
  });

  test('that swallows everything is given up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { target, hold } = await line(await talking());
    const { heard, ends } = call(target);
    await until('a message', () => heard.length === 1);
    hold();
    vi.advanceTimersByTime(60_000);
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(10_000);
    await until('the end', () => ends.length > 0);
    expect(ends).toMatchObject([{ code: 14 }]);
  });

  test('that is going is not asked whether it is there', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { made, heard } = call(await talking());
    await until('a message', () => heard.length === 1);
    made.cancel();
    for (let turn = 0; turn < 20; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(31_000);
    }
    expect(heard).toHaveLength(1);
  });

  test('whose end is not answered is closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { made, ends } = call(await talking());
    made.end();
    vi.advanceTimersByTime(2_000);
    expect(ends).toMatchObject([{ code: 4 }]);
  });

  test('by TLS checks the name and the certificates of both', async ({ skip }) => {
    const folder = mkdtempSync(join(tmpdir(), 'jidi-tls-'));
    later(() => rmSync(folder, { recursive: true }));
    try {
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
      const files = ['-keyout', 'key.pem', '-out', 'cert.pem'];
      const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
      execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...files], {
        cwd: folder,
        stdio: 'ignore',
      });
    } catch {
      skip('no openssl here: apt-get install openssl');
    }
    const [cert, key] = ['cert.pem', 'key.pem'].map((file) => readFileSync(join(folder, file)));
    const server = createSecureServer({ cert, key, ca: cert, requestCert: true });
    server.on('tlsClientError', () => undefined);
    server.on('stream', (stream) => {
      stream.respond({ ...grpcHeaders, 'grpc-status': '0' }, { endStream: true });
    });
    const target = await listening(server);
    expect(await call(target, { security: { ca: cert, cert, key } }).over()).toBeNull();
    expect(await call(target, { security: { ca: cert } }).over()).toMatchObject({ code: 14 });
    expect(await call(target, { security: {} }).over()).toMatchObject({ code: 14 });
    expect(await call(target).over()).toMatchObject({ code: 14 });
  });
});
