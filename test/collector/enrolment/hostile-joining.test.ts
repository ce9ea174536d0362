// Nodes that do not keep to the protocol of joining, over plain HTTP/2: what they say is the same with TLS.
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { afterEach, describe, expect, it } from 'vitest';
import { NodeDesk } from '../../../collector/enrolment/node-desk.ts';
import { enrolmentLimits } from '../../../collector/grpc/connection-limits.ts';
import { GrpcServer } from '../../../collector/grpc/grpc-server.ts';
import { joinClientStream } from '../../../proto/client-streams.ts';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { status } from '../../../shared/grpc-status.ts';
import { createLogger } from '../../../shared/log.ts';
import { encodeJoinRequest, enrolmentBounds, type JoinRequest } from '../../../shared/wire/enrolment.ts';
import { makeKey, openIdentities } from '../identity/nodes/some-identities.ts';
import { grpcFrame } from '../ingest/grpc-frame.ts';
import { until } from '../ingest/until.ts';

const undo: (() => unknown)[] = [];
const { path, requestSerialize } = joinClientStream();
const head = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc' };
const hello: JoinRequest = {
  kind: 'hello',
  hello: { protocolVersion: 1, node: 'n1', publicKey: makeKey().publicKey, agentVersion: '0.1.0' },
};
const proof: JoinRequest = {
  kind: 'proof',
  proof: { signature: Buffer.alloc(64), tokenProof: Buffer.alloc(32) },
};

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

async function listen(clock: Clock = systemClock, messageBytes: number = 64 * 1024) {
  const { identities } = await openIdentities();
  const desk = new NodeDesk({ enrolment: identities.enrolment, clock, log: createLogger('test', 'silent') });
  const server = new GrpcServer({
    methods: new Map([[path, (call) => desk.join(call)]]),
    limits: { ...enrolmentLimits, messageBytes, callBurst: 100 },
  });
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  const session = connect(`http://127.0.0.1:${port}`);
  undo.push(() => server.stop(100));
  undo.push(() => session.destroy());
  return { identities, session };
}

interface Talk {
  readonly stream: ClientHttp2Stream;
  readonly heard: { bytes: number };
  readonly end: Promise<{ readonly code: number; readonly message: string }>;
}

function talk(session: ClientHttp2Session): Talk {
  const stream = session.request(head);
  const told: Record<string, unknown> = {};
  const heard = { bytes: 0 };
  stream.on('response', (headers) => Object.assign(told, headers));
  stream.on('trailers', (headers) => Object.assign(told, headers));
  stream.on('data', (chunk: Buffer) => {
    heard.bytes += chunk.length;
  });
  stream.on('error', () => undefined);
  const end = new Promise<{ code: number; message: string }>((resolve) => {
    stream.on('end', () => {
      // Whoever leaves it half open may not begin another one for two seconds.
      stream.close();
      setImmediate(() =>
        resolve({ code: Number(told['grpc-status']), message: decodeURI(String(told['grpc-message'])) }),
      );
    });
  });
  return { stream, heard, end };
}

function say({ stream }: Talk, request: JoinRequest): void {
  stream.write(grpcFrame(requestSerialize(encodeJoinRequest(request))));
}

describe('the desk', () => {
  it.each([
    ['a proof before the hello', [proof], status.INVALID_ARGUMENT],
    ['a second hello', [hello, hello], status.INVALID_ARGUMENT],
    ['a proof that is none', [hello, proof], status.UNAUTHENTICATED],
    [
      'another version',
      [{ ...hello, hello: { ...hello.hello, protocolVersion: 2 } }],
      status.FAILED_PRECONDITION,
    ],
    [
      'a name that is none',
      [{ ...hello, hello: { ...hello.hello, node: '../n1' } }],
      status.INVALID_ARGUMENT,
    ],
    [
      'a key that is too long',
      [{ ...hello, hello: { ...hello.hello, publicKey: Buffer.alloc(257) } }],
      status.INVALID_ARGUMENT,
    ],
    [
      'a key that is none',
      [{ ...hello, hello: { ...hello.hello, publicKey: Buffer.alloc(91) } }, proof],
      status.UNAUTHENTICATED,
    ],
  ] as const)('ends a call with %s', async (_what, requests, code) => {
    const { session, identities } = await listen();
    const call = talk(session);
    for (const request of requests) say(call, request);
    expect((await call.end).code).toBe(code);
    expect([...identities.statistics.calls.values()]).toEqual([1]);
  });

  it('ends a call with bytes that are no message, too many of them, or none at all', async () => {
    const { session, identities } = await listen();
    const garbage = talk(session);
    garbage.stream.write(grpcFrame(Buffer.from([0x0a, 0xff])));
    expect(await garbage.end).toMatchObject({ code: status.INVALID_ARGUMENT });
    const large = talk(session);
    large.stream.write(grpcFrame(Buffer.alloc(4_097)));
    expect(await large.end).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    const silent = talk(session);
    silent.stream.end();
    await silent.end;
    expect(identities.statistics.calls).toEqual(
      new Map([
        ['unreadable', 1],
        ['too-large', 1],
        ['hung-up', 1],
      ]),
    );
  });

  it('hears once of what its listener does not take, and goes on with others', async () => {
    const { session, identities } = await listen(systemClock, enrolmentBounds.requestBytes);
    const large = talk(session);
    large.stream.write(grpcFrame(Buffer.alloc(enrolmentBounds.requestBytes + 1)));
    expect(await large.end).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    const compressed = talk(session);
    compressed.stream.write(Buffer.from([1, 0, 0, 0, 1, 0]));
    expect(await compressed.end).toMatchObject({ code: status.UNIMPLEMENTED });
    expect([...identities.statistics.calls]).toEqual([
      ['too-large', 1],
      ['unreadable', 1],
    ]);
  });

  it('waits ten seconds for each step', async () => {
    const waits: { readonly ms: number; readonly run: () => void }[] = [];
    const clock: Clock = {
      ...systemClock,
      after(ms, run) {
        const wait = { ms, run };
        waits.push(wait);
        return () => void waits.splice(waits.indexOf(wait), 1);
      },
    };
    const { session } = await listen(clock);
    const mute = talk(session);
    await until('the wait for a hello', () => waits.length === 1);
    waits[0]?.run();
    expect(await mute.end).toEqual({ code: status.DEADLINE_EXCEEDED, message: 'no hello within 10 seconds' });
    const half = talk(session);
    say(half, hello);
    await until('the challenge', () => half.heard.bytes > 0 && waits.length === 1);
    expect(waits[0]?.ms).toBe(10_000);
    waits[0]?.run();
    expect(await half.end).toEqual({ code: status.DEADLINE_EXCEEDED, message: 'no proof within 10 seconds' });
  });

  it('tells an address that has guessed too often so before it hears anything', async () => {
    const { session } = await listen();
    for (let guess = 0; guess < 20; guess += 1) {
      const call = talk(session);
      say(call, hello);
      say(call, proof);
      expect((await call.end).code).toBe(status.UNAUTHENTICATED);
    }
    const { code, message } = await talk(session).end;
    expect([code, message]).toEqual([
      status.RESOURCE_EXHAUSTED,
      expect.stringContaining('try again in a minute'),
    ]);
  });
});
