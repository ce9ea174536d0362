// The other end of a gRPC call: servers that know HTTP/2 and nothing of gRPC; and a call whose words and end are kept.
import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, expect, vi } from 'vitest';
import { GrpcCall } from '../../../agent/uplink/grpc-call.ts';
import { GrpcConnection, type Security } from '../../../agent/uplink/grpc-connection.ts';
import { frame } from '../../../agent/uplink/grpc-messages.ts';
import { GrpcError } from '../../../agent/uplink/grpc-status.ts';
import { until } from '../../collector/ingest/until.ts';

export const path = '/jidi.test.v1.Echo/Echo';
export const mostBytes = 1024 * 1024;
export const grpcHeaders = { ':status': 200, 'content-type': 'application/grpc' };
const undo: (() => unknown)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const step of undo.splice(0).toReversed()) await step();
});

/** Done after the test, in reverse order. */
export function later(step: () => unknown): void {
  undo.push(step);
}

/** Its address. */
export async function listening(server: Server | Http2Server): Promise<string> {
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function stranger(
  answer: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
): Promise<string> {
  const server = createServer();
  server.on('stream', (stream, headers) =>
    answer(
      stream.on('error', () => undefined),
      headers,
    ),
  );
  return listening(server);
}

/** Says one word and goes on. */
export function talking(): Promise<string> {
  return stranger((stream) => {
    stream.respond(grpcHeaders);
    stream.write(frame(Buffer.from('a')));
  });
}

export function call(
  target: string | GrpcConnection,
  change: { security?: Security; decode?: (bytes: Buffer) => string } = {},
) {
  const { security = null, decode = (bytes) => bytes.toString() } = change;
  const connection = typeof target === 'string' ? new GrpcConnection(target, security) : target;
  const made = new GrpcCall<string>({ connection, path, decode, mostBytes });
  const heard: string[] = [];
  const ends: (Error | null)[] = [];
  made.on('data', (message) => heard.push(message));
  made.on('error', (error) => ends.push(error));
  made.on('end', () => ends.push(null));
  later(() => made.cancel());
  const over = async () => {
    await until('the end', () => ends.length > 0);
    expect(ends).toHaveLength(1);
    const [error] = ends;
    return error instanceof GrpcError ? { code: error.code, message: error.message } : error;
  };
  return { made, heard, ends, over };
}
