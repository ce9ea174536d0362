import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isWhole } from '../../../../agent/profiler/recording/whole-recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'jidi-whole-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a recording is whole once its head tells the size of its samples', () => {
  const file = join(folder, 'perf.data');
  expect(isWhole(file)).toBe(false);
  const head = Buffer.alloc(104);
  head.write('PERFILE2', 'latin1');
  writeFileSync(file, head.subarray(0, 20));
  expect(isWhole(file)).toBe(false);
  writeFileSync(file, head);
  expect(isWhole(file)).toBe(false);
  head.writeBigUInt64LE(4096n, 48);
  writeFileSync(file, head);
  expect(isWhole(file)).toBe(true);
  head.write('OTHER   ', 'latin1');
  writeFileSync(file, head);
  expect(isWhole(file)).toBe(false);
});
