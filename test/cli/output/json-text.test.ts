import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText } from '../../../cli/output/json-text.ts';

describe('jsonText', () => {
  it('escapes what a terminal acts on or hides', () => {
    expect(jsonText({ name: '\x1b[2J\x9b\u202e\u200f\u2028\ufeff\u{e0041}' }, { pretty: false })).toBe(
      String.raw`{"name":"\u001b[2J\u009b\u202e\u200f\u2028\ufeff\udb40\udc41"}`,
    );
  });

  it('leaves other scripts alone', () => {
    expect(jsonText(['热点 é 😀'], { pretty: false })).toBe('["热点 é 😀"]');
  });

  it('means the same value to a program, whatever the text', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(jsonText({ [text]: text }, { pretty: true }))).toEqual({ [text]: text });
      }),
    );
  });

  it('indents on demand', () => {
    expect(jsonText({ a: [1] }, { pretty: true })).toBe('{\n  "a": [\n    1\n  ]\n}');
  });
});
