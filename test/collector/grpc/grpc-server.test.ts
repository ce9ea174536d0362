import { type ClientHttp2Session, connect } from 'node:http2';
import { afterEach, describe, expect, test } from 'vitest';
import { agentLimits } from '../../../collector/grpc/connection-limits.ts';
import type { GrpcCall } from '../../../collector/grpc/grpc-call.ts';
import { GrpcServer } from '../../../collector/grpc/grpc-server.ts';
import { grpcFrame } from '../ingest/grpc-frame.ts';
import { until } from '../ingest/until.ts';

const mostBytes = 1_000;
const head = { ':method': 'POST', ':path': '/echo', 'content-type': 'application/grpc' };
const open: { server: GrpcServer; session: ClientHttp2Session }[] = [];

interface Heard {
  readonly status: number | undefined;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
}

/** A server whose calls are told, and a connection to it. */
async function connected(opened: (call: GrpcCall) => void, silentMs = 60_000): Promise<ClientHttp2Session> {
  const server = new GrpcServer({
    methods: new Map([['/echo', opened]]),
    limits: { ...agentLimits, messageBytes: mostBytes, silentMs },
  });
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  const session = connect(`http://127.0.0.1:${port}`);
  open.push({ server, session });
  return session;
}

/** Sends the pieces one after another and hears the call to its end. */
async function hear(session: ClientHttp2Session, headers: object, pieces: readonly Buffer[]): Promise<Heard> {
  const stream = session.request({ ...headers });
  let answer: Readonly<Record<string, unknown>> = {};
  let trailers: Readonly<Record<string, unknown>> = {};
  stream.on('response', (headers) => {
    answer = headers;
  });
  stream.on('trailers', (headers) => {
    trailers = headers;
  });
  const parts: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => parts.push(chunk));
  const closed = new Promise((resolve) => stream.on('close', resolve));
  for (const piece of pieces) await new Promise((resolve) => stream.write(piece, resolve));
  stream.end();
  await closed;
  return {
    status: Number(answer[':status']),
    trailers: { ...answer, ...trailers },
    bytes: Buffer.concat(parts),
  };
}

/** Answers each message with itself, and ends when there are no more. */
function echo(call: GrpcCall): void {
  call.listen({
    message: (bytes) => call.write(bytes),
    refused: ({ grpcStatus, message }) => call.end(grpcStatus, message),
    finished: () => call.end(0),
    closed: () => undefined,
  });
}

afterEach(async () => {
  for (const { server, session } of open.splice(0)) {
    session.destroy();
    await server.stop(100);
  }
});

describe('a gRPC call', () => {
  test('tells its messages in order, however they are cut into pieces', async () => {
    const session = await connected(echo);
    const messages = [Buffer.from('one'), Buffer.alloc(0), Buffer.alloc(mostBytes, 7), Buffer.from('four')];
    const frames = Buffer.concat(messages.map(grpcFrame));
    for (const size of [1, 4, 6, 400, frames.length]) {
      const pieces = Array.from({ length: Math.ceil(frames.length / size) }, (_, index) =>
        frames.subarray(index * size, (index + 1) * size),
      );
      const heard = await hear(session, head, pieces);
      expect(heard.bytes.equals(frames)).toBe(true);
      expect(heard.trailers).toMatchObject({ 'grpc-status': '0' });
    }
  });

  test('that is paused tells nothing more, and goes on where it was', async () => {
    const told: string[] = [];
    const calls: GrpcCall[] = [];
    const session = await connected((call) => {
      calls.push(call);
      call.listen({
        message(bytes) {
          told.push(bytes.toString());
          call.pause();
        },
        refused: () => undefined,
        finished: () => call.end(0),
        closed: () => undefined,
      });
    });
    const heard = hear(session, head, [
      Buffer.concat(['a', 'b'].map((word) => grpcFrame(Buffer.from(word)))),
    ]);
    await until('the first', () => told.length > 0);
    expect(told).toEqual(['a']);
    calls[0]?.resume();
    expect(told).toEqual(['a', 'b']);
    calls[0]?.resume();
    expect((await heard).trailers).toMatchObject({ 'grpc-status': '0' });
  });

  test('ends with its status before a message that is too large has come, or one that is compressed', async () => {
    const session = await connected(echo);
    const large = Buffer.alloc(5);
    large.writeUInt32BE(mostBytes + 1, 1);
    const { trailers } = await hear(session, head, [large]);
    expect(trailers).toMatchObject({ 'grpc-status': '8' });
    expect(decodeURI(String(trailers['grpc-message']))).toBe(
      'a message of 1001 bytes, at most 1000; send smaller batches',
    );
    const compressed = await hear(session, head, [Buffer.from([1, 0, 0, 0, 1, 0])]);
    expect(compressed.trailers).toMatchObject({ 'grpc-status': '12' });
  });
});

describe('a gRPC server', () => {
  test('ends a connection on which nothing comes, and keeps one with pings', async () => {
    // The older one: without pings it would end first.
    const pinging = await connected(echo, 2_000);
    const silent = await connected(echo, 2_000);
    const pings = setInterval(() => pinging.ping(() => undefined), 100);
    const calls = [pinging, silent].map((session) => session.request(head));
    for (const call of calls) call.on('error', () => undefined).resume();
    await new Promise((resolve) => silent.on('close', resolve));
    clearInterval(pings);
    expect(pinging.destroyed).toBe(false);
  });

  test('refuses methods that it does not have, and what is no gRPC', async () => {
    const session = await connected(echo);
    const unknown = await hear(session, { ...head, ':path': '/other' }, []);
    expect(unknown.trailers).toMatchObject({
      'grpc-status': '12',
      'grpc-message': '/other%20is%20not%20served%20here',
    });
    expect((await hear(session, { ...head, 'content-type': 'text/plain' }, [])).status).toBe(415);
  });
});
