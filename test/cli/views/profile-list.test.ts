import { expect, test } from 'vitest';
import { createSay } from '../../../cli/language/language.ts';
import { cellWidth } from '../../../cli/output/cell-width.ts';
import { tableLines } from '../../../cli/output/table.ts';
import { profileColumns } from '../../../cli/views/profile-list.ts';
import type { Profile } from '../../../shared/api/profile.ts';
import { profile } from '../recorded-profile.ts';

/** As `createId` makes them. */
const id = 'prf_20261121T235340Z_0123abcd';
const ofJob: Profile = { ...profile, id, node: null, nodes: 64, target: { kind: 'job', job: '1002001' } };

function linesOf(profiles: readonly Profile[], width: number, language: 'en' | 'zh' = 'en'): string[] {
  const shown = profileColumns(createSay(language))
    .filter(({ only }) => only === undefined)
    .map((column) => ({ align: 'left' as const, shrinks: false, ...column }));
  const rows = profiles.map((each) =>
    shown.map(({ show, value }) => ({ text: show?.(each) ?? String(value(each) ?? '') })),
  );
  return tableLines(shown, rows, { headers: true, columns: width }).map((line) =>
    line.map(({ text }) => text).join(''),
  );
}

test('a list of 80 columns keeps id, target, status and the time of creation', () => {
  for (const language of ['en', 'zh'] as const) {
    const [head = '', row = ''] = linesOf([ofJob], 80, language);
    expect(Math.max(cellWidth(head), cellWidth(row))).toBeLessThanOrEqual(80);
    expect(row).toMatch(
      new RegExp(`^${id}.*job 1002001.*(finished|已完成|完成).*\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d`),
    );
  }
});

test('a profile on several nodes says on how many', () => {
  expect(linesOf([ofJob], 200)[1]).toContain('64 nodes');
  expect(linesOf([{ ...ofJob, nodes: 1 }], 200)[1]).toContain('1 node ');
  expect(linesOf([ofJob], 200, 'zh')[1]).toContain('64 个节点');
});
