import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader } from '../../executor/frame-reader.ts';
import { Refusal } from '../../executor/refusal.ts';
import { isCancel, parseRequest } from '../../executor/request.ts';
import { requestFor } from './executor-process.ts';

/** Cuts the bytes at the given places. */
function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

test('lines come out whole wherever the stream is cut', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\n'));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 12 }), (lines, places) => {
      const reader = new FrameReader();
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const read = cut(bytes, places).flatMap((chunk) => reader.push(chunk).lines);
      expect(read).toEqual(lines);
    }),
  );
});

test('any bytes end in lines or in one fault, and nothing is read after it', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 10 }), (chunks) => {
      const reader = new FrameReader(50);
      let faulty = false;
      for (const chunk of chunks) {
        const { lines, fault } = reader.push(Buffer.from(chunk));
        if (faulty) expect({ lines, fault }).toEqual({ lines: [], fault: null });
        for (const text of lines) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(50);
        faulty ||= fault !== null;
      }
    }),
  );
});

test('a line of the limit passes, one byte more does not', () => {
  expect(new FrameReader(10).push(Buffer.from('0123456789\n')).lines).toEqual(['0123456789']);
  expect(new FrameReader(10).push(Buffer.from('01234567890\n')).fault).toBe('oversize');
  expect(new FrameReader(10).push(Buffer.from('01234567890')).fault).toBe('oversize');
});

test('any JSON is a request of the right form or refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (line) => {
      expect(() => parseRequest(line)).toThrow(Refusal);
      expect(isCancel(line)).toBe(false);
    }),
  );
});

test('a request with any one field replaced is refused or still of the right form', () => {
  const keys = Object.keys(requestFor('service-status'));
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
      const line = JSON.stringify({ ...requestFor('service-status'), [key]: value });
      try {
        const parsed = parseRequest(line);
        expect(parsed.id).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
        for (const text of Object.values(parsed.parameters)) expect(typeof text).toBe('string');
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
  );
});
