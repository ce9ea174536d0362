import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { maxPayloadBytes } from '../../../shared/segment-file/format.ts';
import { readSegment, type Segment } from '../../../shared/segment-file/segment-reader.ts';
import { SegmentWriter } from '../../../shared/segment-file/segment-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'segment-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function writtenFile(payloads: readonly Uint8Array[], head: object = { format: 1 }): Buffer {
  files += 1;
  const writer = new SegmentWriter(join(folder, `${files}.seg`), head);
  for (const [index, payload] of payloads.entries()) writer.append(index % 256, payload);
  writer.write();
  writer.close();
  return readFileSync(writer.path);
}

function wholeRecords({ records }: Segment): readonly string[] {
  return [...records].flatMap((record) =>
    'damaged' in record ? [] : [`${record.type} ${record.payload.toString('hex')}`],
  );
}

const payloadList = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });

describe('a segment file', () => {
  test('gives back its head and its records in order', () => {
    fc.assert(
      fc.property(payloadList, fc.string(), (payloads, name) => {
        const segment = readSegment(writtenFile(payloads, { name }));
        expect(segment.head).toEqual({ name });
        expect(wholeRecords(segment)).toEqual(
          payloads.map((payload, index) => `${index} ${Buffer.from(payload).toString('hex')}`),
        );
      }),
    );
  });

  test('shows every bit that was turned, and keeps every record that has none', () => {
    const bytes = writtenFile([...Array(8).keys()].map((index) => Buffer.alloc(index * 3, index)));
    const before = wholeRecords(readSegment(bytes));
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const turned = Buffer.from(bytes);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const segment = readSegment(turned);
      const all = [...segment.records];
      const kept = wholeRecords(readSegment(turned));
      const damaged = all.filter((record) => 'damaged' in record);
      expect(segment.head === undefined || damaged.length === 1).toBe(true);
      // A damaged head is one stretch in front of all records; anything else costs the one record it lies in.
      expect(kept).toHaveLength(segment.head === undefined ? before.length : before.length - 1);
      expect(before).toEqual(expect.arrayContaining([...kept]));
    }
  });

  test('that was torn off gives back what was whole, and says that its tail is not', () => {
    const bytes = writtenFile([Buffer.from('one'), Buffer.from('two'), Buffer.from('three')]);
    const records = [...readSegment(bytes.subarray(0, -2)).records];
    expect(records).toHaveLength(3);
    expect(records[2]).toMatchObject({ damaged: true, isTail: true });
  });

  test('takes no record beyond its bound, and no place that is taken', () => {
    const path = join(folder, 'taken.seg');
    const writer = new SegmentWriter(path, {});
    expect(() => writer.append(1, Buffer.alloc(maxPayloadBytes + 1))).toThrow(RangeError);
    writer.close();
    expect(() => new SegmentWriter(path, {})).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  });
});
