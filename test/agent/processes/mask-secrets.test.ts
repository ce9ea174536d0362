import { readFileSync } from 'node:fs';
import { array, assert, property, stringMatching } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskCommandLine, maskText } from '../../../agent/processes/mask-secrets.ts';

function corpus(name: string): string[][] {
  const text = readFileSync(new URL(`../../fixtures/processes/${name}.txt`, import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => line.replaceAll('␤', '\n').split('␟'));
}

describe('mask-secrets', () => {
  const secret = corpus('secret-command-lines');
  const harmless = corpus('harmless-command-lines');

  test('knows many shapes', () => {
    expect(secret.length).toBeGreaterThanOrEqual(50);
    expect(harmless.length).toBeGreaterThanOrEqual(30);
  });

  test.each(secret)('hides the secret of %s %s %s %s', (...args) => {
    const masked = maskCommandLine(args);
    expect(masked).toContain('***');
    expect(masked).not.toContain('S3CR3T');
    expect(masked.split(/[\s=]/)[0]).toBe((args[0] ?? '').split(/[\s=]/)[0]);
  });

  test.each(harmless)('leaves %s %s %s %s', (...args) => {
    expect(maskCommandLine(args)).toBe(args.join(' '));
  });

  test('keeps what stands around the secret', () => {
    expect(maskCommandLine(['mysql', '-u', 'root', '-phunter2', 'db'])).toBe('mysql -u root -p*** db');
    expect(maskCommandLine(['curl', 'https://u:p@h/x?token=a&b=1'])).toBe(
      'curl https://u:***@h/x?token=***&b=1',
    );
    expect(maskCommandLine(['sh', '-c', 'TOKEN=x ./run --fast'])).toBe('sh -c TOKEN=*** ./run --fast');
  });

  test('masking what is masked changes nothing more', () => {
    for (const args of secret) {
      const once = maskText(maskCommandLine(args));
      expect(maskText(once)).toBe(once);
    }
  });

  test('hides a secret wherever it stands among other arguments', () => {
    const word = stringMatching(/^[a-z0-9./-]{1,20}$/);
    assert(
      property(array(word, { maxLength: 8 }), array(word, { maxLength: 8 }), (before, after) => {
        const masked = maskCommandLine(['prog', ...before, '--password=Hunter2X', ...after]);
        expect(masked).not.toContain('Hunter2X');
      }),
    );
  });

  test.each([
    ['quotes', `"'`],
    ['dashes', '-'],
    ['equals', 'a='],
    ['schemes', 'a://'],
    ['tokens', '-eyJaaaaaaa'],
    ['keys', 'password: '],
    ['armour', '-----BEGIN A '],
    ['blanks', ' '],
  ])('stays quick on 100,000 characters of %s', (_, piece) => {
    const long = piece.repeat(100_000 / piece.length);
    // Quadratic time would take minutes, far beyond the deadline of a test.
    expect(maskCommandLine([long])).toBeTypeOf('string');
  });
});
