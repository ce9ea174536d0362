// A listener with certificates under attack: what hangs, floods or stays too long is ended and counted; nodes get in meanwhile.
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { beginAndReset, preface } from '../../../bench/attacks/raw-http2.ts';
import { agentLimits } from '../../../collector/grpc/connection-limits.ts';
import { grpcFrame } from '../ingest/grpc-frame.ts';
import { until } from '../ingest/until.ts';
import { ask, authority, head, later, listening, session } from './secure-listener.ts';

describe('a listener under attack', () => {
  function idle(port: number, count: number): Socket[] {
    return Array.from({ length: count }, () => {
      const socket = connectPlain(port, '127.0.0.1').on('error', () => undefined);
      later(() => socket.destroy());
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
    expect([...server.statistics.refused.keys()]).toEqual(['too-many-handshakes']);
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
    const pings = setInterval(() => over.destroyed || over.ping(() => undefined), 100);
    later(() => clearInterval(pings));
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
