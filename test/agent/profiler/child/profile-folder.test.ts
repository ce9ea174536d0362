import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emptyProfileFolder } from '../../../../agent/profiler/child/profile-folder.ts';

test('what a killed agent left behind is gone, and others cannot look in', () => {
  const state = mkdtempSync(join(tmpdir(), 'jidi-state-'));
  onTestFinished(() => rmSync(state, { recursive: true }));
  const folder = join(state, 'profiles');
  mkdirSync(join(folder, 'jidi-profile-x'), { recursive: true });
  writeFileSync(join(folder, 'jidi-profile-x/perf.data'), 'old');
  emptyProfileFolder(folder);
  expect(readdirSync(folder)).toEqual([]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});
