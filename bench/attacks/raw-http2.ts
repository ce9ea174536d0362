// HTTP/2 by hand (RFC 9113, 4.1 and 6), for what no client library does.

export const preface = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(4, 0, 0, Buffer.alloc(0)),
]);

/** A call that is begun, and reset in the same breath. */
export function beginAndReset(streamId: number, path: string): Buffer {
  const endHeaders = 4;
  const cancel = Buffer.from([0, 0, 0, 8]);
  return Buffer.concat([frame(1, endHeaders, streamId, headersOf(path)), frame(3, 0, streamId, cancel)]);
}

function frame(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** HPACK (RFC 7541), literals without index and without Huffman. */
function headersOf(path: string): Buffer {
  const fields = [
    [':method', 'POST'],
    [':scheme', 'https'],
    [':authority', 'c'],
    [':path', path],
    ['content-type', 'application/grpc'],
  ];
  return Buffer.concat(
    fields.map(([name = '', value = '']) =>
      Buffer.concat([
        Buffer.from([0, name.length]),
        Buffer.from(name),
        Buffer.from([value.length]),
        Buffer.from(value),
      ]),
    ),
  );
}
