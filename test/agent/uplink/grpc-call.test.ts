import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { status as realStatus, Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { GrpcCall } from '../../../agent/uplink/grpc-call.ts';
import { GrpcConnection } from '../../../agent/uplink/grpc-connection.ts';
import { frame } from '../../../agent/uplink/grpc-messages.ts';
import { until } from '../../collector/ingest/until.ts';
import { call, grpcHeaders, later, mostBytes, path, stranger } from './grpc-ends.ts';

/** Answers with these bytes and this end. */
function saying(bytes: readonly Buffer[], trailers: OutgoingHttpHeaders): Promise<string> {
  return stranger((stream) => {
    stream.respond(grpcHeaders, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    for (const part of bytes) stream.write(part);
    stream.end();
  });
}

describe('with the library at the other end', () => {
  type Call = ServerDuplexStream<Buffer, Buffer>;

  async function echo(answer: (call: Call) => void): Promise<string> {
    const server = new Server({ 'grpc.max_receive_message_length': 2 * mostBytes });
    const asIs = (bytes: Buffer): Buffer => bytes;
    const both = { requestSerialize: asIs, requestDeserialize: asIs };
    const method = { path, requestStream: true, responseStream: true, ...both };
    server.addService(
      { Echo: { ...method, responseSerialize: asIs, responseDeserialize: asIs } },
      { Echo: answer },
    );
    later(() => server.forceShutdown());
    return new Promise((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
      );
    });
  }

  const repeat = (server: Call) => {
    server.on('data', (bytes: Buffer) => server.write(bytes));
    server.on('end', () => server.end());
    server.on('error', () => undefined);
  };

  test('messages of any length go both ways in order, until the call is ended', async () => {
    const { made, heard, over } = call(await echo(repeat));
    const messages = [
      '',
      'x',
      ...Array.from({ length: 200 }, (_, index) => 'y'.repeat(index * 100)),
      'z'.repeat(mostBytes),
    ];
    for (const message of messages) made.write(Buffer.from(message));
    made.end();
    expect(await over()).toBeNull();
    expect(heard.length).toBe(messages.length);
    expect(heard.every((message, index) => message === messages[index])).toBe(true);
  });

  test.each(Array.from({ length: 16 }, (_, index) => index + 1))(
    'status %d arrives with its words',
    async (code) => {
      const details = 'n001: 节点 100 % „full“';
      const { over } = call(await echo((server) => server.emit('error', { code, details })));
      expect(await over()).toEqual({ code, message: `${realStatus[code]}: ${details}` });
    },
  );

  test('a method that is not known there is told', async () => {
    const target = await echo(repeat);
    const made = new GrpcCall({
      connection: new GrpcConnection(target),
      path: '/other/Method',
      decode: String,
      mostBytes,
    });
    const error = await new Promise<unknown>((resolve) => made.on('error', resolve));
    expect(error).toMatchObject({ code: realStatus.UNIMPLEMENTED });
  });

  test('one who does not read is not written to, and hears when there is room again', async () => {
    let other: Call | undefined;
    const { made } = call(
      await echo((server) => {
        other = server.pause().on('error', () => undefined);
      }),
    );
    await until('the call', () => other !== undefined);
    let drained = false;
    made.on('drain', () => {
      drained = true;
    });
    let written = 0;
    while (made.write(Buffer.alloc(64 * 1024))) written += 1;
    expect(written).toBeLessThan(100);
    other?.resume();
    await until('room', () => drained);
  });

  test('a paused call keeps what comes with its sender', async () => {
    const { made, heard } = call(await echo(repeat));
    made.pause();
    made.write(Buffer.from('a'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual([]);
    made.resume();
    await until('the message', () => heard.length === 1);
  });

  test('after cancel nothing is said any more, and the other end knows', async () => {
    let isCancelled = false;
    const { made, ends, heard } = call(
      await echo((server) => {
        repeat(server);
        server.on('cancelled', () => {
          isCancelled = true;
        });
      }),
    );
    made.write(Buffer.from('a'));
    await until('an echo', () => heard.length === 1);
    made.cancel();
    made.cancel();
    expect(made.write(Buffer.from('b'))).toBe(false);
    made.end();
    await until('cancelled', () => isCancelled);
    expect(ends).toEqual([]);
  });
});

describe('with others', () => {
  test.each([
    ['one at a time', (bytes: Buffer) => [...bytes].map((byte) => Buffer.from([byte]))],
    ['all at once', (bytes: Buffer) => [bytes]],
  ])('messages are found however they are cut: %s', async (_, cut) => {
    const bytes = Buffer.concat(['one', '', 'three'].map((word) => frame(Buffer.from(word))));
    const { heard, over } = call(await saying(cut(bytes), { 'grpc-status': '0' }));
    expect(await over()).toBeNull();
    expect(heard).toEqual(['one', '', 'three']);
  });

  test('a status may come at once, without a message', async () => {
    const target = await stranger((stream) =>
      stream.respond(
        { ...grpcHeaders, 'grpc-status': '9', 'grpc-message': 'not%20now' },
        { endStream: true },
      ),
    );
    expect(await call(target).over()).toEqual({ code: 9, message: 'FAILED_PRECONDITION: not now' });
  });

  test.each([
    [{ 'grpc-status': '0' }, null],
    [
      { 'grpc-status': '77', 'grpc-message': '%zz' },
      { code: 77, message: 'status 77: %zz' },
    ],
    [{ 'grpc-status': 'fine' }, { code: 2, message: 'UNKNOWN: ' }],
    [{}, { code: 13, message: 'INTERNAL: an end without a status' }],
  ])('trailers %j', async (trailers, end) => {
    expect(await call(await saying([], trailers)).over()).toEqual(end);
  });

  test.each([
    [400, 13],
    [401, 16],
    [403, 7],
    [404, 12],
    [429, 14],
    [503, 14],
    [500, 2],
  ])('HTTP status %d is status %d', async (http, code) => {
    const target = await stranger((stream) => {
      stream.respond({ ':status': http, 'content-type': 'text/html' });
      stream.end('<html>');
    });
    expect(await call(target).over()).toMatchObject({ code, message: expect.stringContaining(String(http)) });
  });

  test('another kind of answer is none', async () => {
    const target = await stranger((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'text/html' });
      stream.end('<html>');
    });
    expect(await call(target).over()).toEqual({ code: 2, message: 'UNKNOWN: content type text/html' });
  });

  test.each([
    ['compressed', Buffer.from([1, 0, 0, 0, 1, 9]), 13],
    ['too long', Buffer.from([0, 0, 16, 0, 1]), 8],
    ['not understood', frame(Buffer.from('?')), 13],
  ])('a message that is %s ends the call', async (_, bytes, code) => {
    const target = await stranger((stream) => {
      stream.respond(grpcHeaders);
      stream.write(bytes);
    });
    const decode = () => {
      throw new RangeError('no message');
    };
    expect(await call(target, { decode }).over()).toMatchObject({ code });
  });

  test.each([
    [constants.NGHTTP2_REFUSED_STREAM, 14],
    [constants.NGHTTP2_CANCEL, 1],
    [constants.NGHTTP2_ENHANCE_YOUR_CALM, 8],
    [constants.NGHTTP2_INADEQUATE_SECURITY, 7],
    [constants.NGHTTP2_INTERNAL_ERROR, 13],
    [constants.NGHTTP2_NO_ERROR, 13],
  ])('a stream that is reset with %d has status %d', async (reset, code) => {
    const target = await stranger((stream) => {
      stream.respond(grpcHeaders);
      stream.close(reset);
    });
    expect(await call(target).over()).toMatchObject({ code });
  });

  test('a server that says goodbye may still end the call as it likes', async () => {
    let other: ServerHttp2Stream | undefined;
    const target = await stranger((stream) => {
      other = stream;
      stream.respond(grpcHeaders, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.write(frame(Buffer.from('a')));
    });
    const { heard, over } = call(target);
    await until('a message', () => heard.length === 1);
    other?.session?.goaway();
    other?.end(frame(Buffer.from('b')));
    expect(await over()).toBeNull();
    expect(heard).toEqual(['a', 'b']);
  });
});
