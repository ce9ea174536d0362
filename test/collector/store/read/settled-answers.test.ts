import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { partitionAt } from '../../../../collector/store/partitions/tier.ts';
import { SettledAnswers } from '../../../../collector/store/read/settled-answers.ts';

const partition = partitionAt('raw', Date.UTC(2026, 10, 20));

function madeFile(): { root: string; file: string; settle: (path: string, seconds: number) => void } {
  const root = mkdtempSync(join(tmpdir(), 'jidi-settled-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const file = join(root, partition.path);
  mkdirSync(join(root, 'raw'));
  writeFileSync(file, 'one');
  return { root, file, settle: (path, seconds) => utimesSync(path, seconds, seconds) };
}

test('an answer is remembered until the file or its journal changes', () => {
  const { root, file, settle } = madeFile();
  settle(file, 1_000_000);
  const answers = new SettledAnswers<number>(root, 10);
  let asked = 0;
  const ask = () => (asked += 1);
  expect([answers.get(partition, 'a', ask), answers.get(partition, 'a', ask)]).toEqual([1, 1]);
  expect(answers.get(partition, 'b', ask)).toBe(2);
  writeFileSync(`${file}-wal`, 'two');
  settle(`${file}-wal`, 1_000_000);
  expect(answers.get(partition, 'a', ask)).toBe(3);
  appendFileSync(file, 'three');
  settle(file, 1_000_001);
  expect(answers.get(partition, 'a', ask)).toBe(4);
});

test('a file that has just changed is asked each time', () => {
  const { root } = madeFile();
  const answers = new SettledAnswers<number>(root, 10);
  let asked = 0;
  const ask = () => (asked += 1);
  expect([answers.get(partition, 'a', ask), answers.get(partition, 'a', ask)]).toEqual([1, 2]);
});
