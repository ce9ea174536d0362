// A listener with certificates for a test, nodes that come to it, and what they say.
import { type ClientHttp2Session, connect, type SecureClientSessionOptions } from 'node:http2';
import { afterEach, beforeAll } from 'vitest';
import { agentLimits, type ConnectionLimits } from '../../../collector/grpc/connection-limits.ts';
import type { GrpcCall } from '../../../collector/grpc/grpc-call.ts';
import { GrpcServer } from '../../../collector/grpc/grpc-server.ts';
import { grpcFrame } from '../ingest/grpc-frame.ts';
import { type Identity, TestAuthority, TestGate } from './certificates.ts';

export const head = { ':method': 'POST', ':path': '/echo', 'content-type': 'application/grpc' };
const undo: (() => unknown)[] = [];
export let authority: TestAuthority;

beforeAll(async () => {
  authority = await TestAuthority.create();
});

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

export async function listening(change: Partial<ConnectionLimits> = {}, asksCertificate = true) {
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

export function session(port: number, identity?: Identity, change: SecureClientSessionOptions = {}) {
  const made = connect(`https://127.0.0.1:${port}`, { ca: authority.pem, ...identity, ...change });
  made.on('error', () => undefined);
  undo.push(() => made.destroy());
  return made;
}

/** Headers and trailers of a call that says one word; empty when the line broke. */
export function ask(over: ClientHttp2Session): Promise<Record<string, unknown>> {
  const stream = over.request(head);
  const heard: Record<string, unknown> = {};
  stream.on('error', () => undefined);
  stream.on('response', (headers) => Object.assign(heard, headers));
  stream.on('trailers', (headers) => Object.assign(heard, headers));
  stream.resume();
  stream.end(grpcFrame(Buffer.from('a')));
  return new Promise((resolve) => stream.on('close', () => resolve(heard)));
}

/** Done after the test, in reverse order. */
export function later(step: () => unknown): void {
  undo.push(step);
}
