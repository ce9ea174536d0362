import { array, assert, infiniteStream, integer, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { frame, MessageReader } from '../../../agent/uplink/grpc-messages.ts';

const mostBytes = 1_000;

test('messages come out as they went in, wherever they are cut', () => {
  const messages = array(uint8Array({ maxLength: 40 }), { maxLength: 8 });
  const cuts = infiniteStream(integer({ min: 1, max: 12 }));
  assert(
    property(messages, cuts, (sent, pieces) => {
      const reader = new MessageReader(mostBytes);
      const all = Buffer.concat(sent.map(frame));
      const received: Buffer[] = [];
      for (let from = 0; from < all.length; ) {
        const to = from + (pieces.next().value ?? 1);
        received.push(...reader.read(all.subarray(from, to)));
        from = to;
      }
      expect(received.map((each) => [...each])).toEqual(sent.map((each) => [...each]));
    }),
  );
});

test.each([1, 4, 5, 6, 100])(
  'one that is too long is refused as soon as its length is there, in pieces of %d',
  (size) => {
    const reader = new MessageReader(mostBytes);
    const all = frame(new Uint8Array(mostBytes + 1));
    expect(() => {
      for (let from = 0; from < 6; from += size) reader.read(all.subarray(from, from + size));
    }).toThrow(/a message of 1001 bytes, at most 1000/);
  },
);
