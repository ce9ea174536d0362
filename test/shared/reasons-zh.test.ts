import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reasonsZh } from '../../shared/reasons-zh.ts';

const root = join(import.meta.dirname, '../..');
/** Where reasons are made that may stand at a profile, at its parts, or in the answer to a question about it. */
const sources = [
  'agent/profiler/**/*.ts',
  'agent/control/**/*.ts',
  'executor/**/*.ts',
  'collector/control/**/*.ts',
  'collector/import/**/*.ts',
  'collector/query/profiles/**/*.ts',
  'collector/http/routes/{profile,continuous}*.ts',
  'shared/profile-state.ts',
];
/** Between programs of ours: nobody is told. */
const untold = new Set(['bad-frame', 'internal']);
const codeIn =
  /(?:code: |(?:ControlError|QueryError|ImportError|HttpProblem)\(\s*(?:\d+,\s*)?)((?:'[a-z-]+'(?: \| )?)+)/g;

const codes = new Map<string, string>();
for (const file of globSync(sources, { cwd: root })) {
  for (const [, words = ''] of readFileSync(join(root, file), 'utf8').matchAll(codeIn)) {
    for (const [, code = ''] of words.matchAll(/'([a-z-]+)'/g)) if (!untold.has(code)) codes.set(code, file);
  }
}

describe('reasons in Chinese', () => {
  test('are looked for where reasons are made', () => {
    const found = [...codes.keys()];
    for (const code of ['perf-missing', 'symbols-stripped', 'executor-silent', 'job-ended', 'no-answer']) {
      expect(found).toContain(code);
    }
    expect(found.length).toBeGreaterThan(50);
  });

  test.each([...codes])('%s (%s) has words', (code) => {
    expect(reasonsZh).toHaveProperty([code]);
    expect(reasonsZh[code]?.message).toMatch(/\p{Script=Han}.*。$/u);
    expect(reasonsZh[code]?.remedy).toMatch(/\p{Script=Han}/u);
  });
});
