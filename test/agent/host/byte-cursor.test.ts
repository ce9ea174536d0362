import { assert, boolean, maxSafeNat, nat, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteCursor } from '../../../agent/host/byte-cursor.ts';
import { ByteNames } from '../../../agent/host/byte-names.ts';

function firstLine(text: string): ByteCursor {
  const cursor = new ByteCursor(Buffer.from(text));
  expect(cursor.nextLine()).toBe(true);
  return cursor;
}

describe('numbers', () => {
  test('every whole number that a double holds is read exactly', () => {
    assert(
      property(maxSafeNat(), (number) => {
        expect(firstLine(` ${number}\n`).integer()).toBe(number);
      }),
    );
  });

  test('every number with two decimals is the double nearest to its text', () => {
    assert(
      property(nat(), nat(99), boolean(), (whole, cents, negative) => {
        const text = `${negative ? '-' : ''}${whole}.${String(cents).padStart(2, '0')}`;
        expect(firstLine(`${text}\n`).decimal() + 0).toBe(Number(text) + 0);
      }),
    );
  });

  test.each(['', 'x', '12ab', '-1', '1.5', '0x10', '123456789012345678901', '\u0661'])(
    '%j is not a whole number',
    (text) => {
      expect(firstLine(`${text}\n`).integer()).toBeNaN();
    },
  );

  test.each(['', '.', '.5', '5.', '1.2.3', '--1', '1e9', 'nan', '-'])(
    '%j is not a decimal number',
    (text) => {
      expect(firstLine(`${text}\n`).decimal()).toBeNaN();
    },
  );

  test('a reading stops at the end of the line', () => {
    const cursor = firstLine('1 2\n3\n');
    expect([cursor.integer(), cursor.integer(), cursor.integer()]).toEqual([1, 2, Number.NaN]);
  });
});

describe('lines', () => {
  test('a line without its line feed is not given out, and the cut is told', () => {
    const cursor = new ByteCursor(Buffer.from('a\nb'));
    expect([cursor.nextLine(), cursor.nextLine(), cursor.isCut]).toEqual([true, false, true]);
    expect(new ByteCursor(Buffer.from('a\n')).isCut).toBe(false);
    expect(new ByteCursor(Buffer.alloc(0)).isCut).toBe(false);
  });

  test('bytes beyond the end of the content are not seen', () => {
    const cursor = new ByteCursor(Buffer.from('12\n34\n'), 2);
    expect(cursor.nextLine()).toBe(false);
  });

  test('text is bounded, whole characters, and never fails', () => {
    const long = firstLine(`${'😀'.repeat(200)}\n`);
    const text = long.text(0, long.lineEnd);
    expect(text.length).toBeLessThanOrEqual(128);
    expect(text.isWellFormed()).toBe(true);
    const bad = new ByteCursor(Buffer.from([0xff, 0x41, 10]));
    bad.nextLine();
    expect(bad.text(0, bad.lineEnd)).toBe('\ufffdA');
  });
});

describe('names', () => {
  test('the same bytes have the same number in any order, new ones past the limit have none', () => {
    const names = new ByteNames(3);
    const id = (name: string): number => names.idOf(Buffer.from(name), 0, name.length);
    expect(['a', 'b', 'ab'].map(id)).toEqual([0, 1, 2]);
    expect(['ab', 'a', 'b', 'a', 'a'].map(id)).toEqual([2, 0, 1, 0, 0]);
    expect(id('c')).toBe(-1);
    expect(id('b')).toBe(1);
  });
});
