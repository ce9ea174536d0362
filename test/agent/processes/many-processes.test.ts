// Thousands of processes that come and go: what one scan reads is bounded, what has to wait is counted, and the busy
// ones are found all the same.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHost } from '../../../agent/host/host.ts';
import { BlockedCheck } from '../../../agent/processes/blocked-check.ts';
import { ProcessScanner } from '../../../agent/processes/process-scanner.ts';
import type { Clock } from '../../../shared/clock.ts';
import { ProcTree } from './proc-tree.ts';

const many = 1_000;

describe('with thousands of new processes', () => {
  let tree: ProcTree;
  let nowMs = 0;
  let busyTicks = 0;
  const clock: Clock = { now: () => 0, monotonic: () => nowMs, after: () => () => undefined };

  beforeEach(() => {
    tree = new ProcTree();
    nowMs = 0;
    busyTicks = 0;
  });
  afterEach(() => tree.remove());

  const createScanner = (): ProcessScanner =>
    new ProcessScanner(
      createHost({ roots: { proc: tree.root, sys: '', root: tree.root }, clock, programs: [] }),
    );
  const pass = (ms: number, ticks = 0): void => {
    nowMs += ms;
    busyTicks += ticks;
    tree.machine({ uptimeSeconds: 1000 + nowMs / 1000, busyTicks });
  };
  const load = (lastPid: number): void =>
    writeFileSync(join(tree.root, 'loadavg'), `0.00 0.01 0.05 1/${many} ${lastPid}\n`);
  const fill = (first: number): void => {
    for (let pid = first; pid < first + many; pid += 1) {
      mkdirSync(join(tree.root, String(pid)));
      const rest = `0 0 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 ${pid} 9 0 1 1 1`;
      writeFileSync(join(tree.root, String(pid), 'stat'), `${pid} (p) S 1 ${rest}\n`);
    }
    load(first + many);
  };
  const empty = (first: number): void => {
    for (let pid = first; pid < first + many; pid += 1)
      rmSync(join(tree.root, String(pid)), { recursive: true });
  };

  test('300 a second are read, the others are counted and wait their turn', () => {
    const scanner = createScanner();
    pass(1000);
    fill(10_000);
    expect(scanner.scan(1).processCount).toBe(many);
    const waiting = [scanner.postponedCount];
    for (let i = 0; i < 14; i += 1) {
      pass(1000);
      scanner.scan(1);
      waiting.push(scanner.postponedCount);
    }
    expect(waiting.slice(0, 4)).toEqual([700, 400, 100, 0]);
    expect(waiting.at(-1)).toBe(0);
  });

  test('a busy one among those that wait is found at once', () => {
    const scanner = createScanner();
    pass(1000, 90);
    fill(10_000);
    tree.put(10_000 + many - 1, { cpuTicks: 90, startTicks: 100_010, residentPages: 1 });
    const [first] = scanner.scan(1).processes;
    expect(first).toMatchObject({ pid: 10_000 + many - 1, cpuRatio: 0.9 });
  });

  test('one that becomes busy after long idleness is found at the next scan', () => {
    fill(10_000);
    const scanner = createScanner();
    for (let i = 0; i < 20; i += 1) {
      pass(1000);
      scanner.scan(1);
    }
    pass(1000, 95);
    tree.put(10_007, { cpuTicks: 95, startTicks: 10_007, residentPages: 1 });
    load(10_000 + many);
    expect(scanner.scan(1).processes.map(({ pid }) => pid)).toContain(10_007);
  });

  test('processes that are replaced all the time leave nothing behind', () => {
    const scanner = createScanner();
    for (let round = 0; round < 4; round += 1) {
      fill(10_000 + round * many);
      // Later than the listing of so many waits.
      pass(10_000);
      expect(scanner.scan(1).processCount).toBe(many);
      empty(10_000 + round * many);
    }
    pass(10_000);
    load(1);
    expect(scanner.scan(1)).toMatchObject({ processCount: 0, processes: [] });
    expect(scanner.postponedCount).toBe(0);
  });

  test('one that begins to wait for storage is found when the kernel counts one more', () => {
    fill(10_000);
    const scanner = createScanner();
    for (let i = 0; i < 20; i += 1) {
      pass(1000);
      scanner.scan(1);
    }
    tree.put(10_005, { state: 'D', startTicks: 10_005 });
    load(10_000 + many);
    const counts = [1, 2].map(() => {
      pass(1000);
      writeFileSync(join(tree.root, 'stat'), `cpu  ${busyTicks} 0 0 5000 0 0 0 0 0 0\nprocs_blocked 1\n`);
      return scanner.scan(1).uninterruptibleCount;
    });
    expect(counts.at(-1)).toBe(1);
  });
});

describe('BlockedCheck', () => {
  test('searches for what waited twice, and ever more rarely in vain', () => {
    const check = new BlockedCheck();
    const searches: number[] = [];
    for (let nowMs = 0; nowMs <= 100_000; nowMs += 1000) {
      // A thread waits that is no process: each search finds nothing, and one more comes every 3 s.
      const blocked = 1 + Math.floor(nowMs / 3000);
      if (!check.isSearchDue(blocked, 0, nowMs)) continue;
      searches.push(nowMs);
      check.accept(blocked, 0, nowMs);
    }
    expect(searches[0]).toBe(1000);
    const pauses = searches.slice(1).map((at, i) => at - (searches[i] ?? 0));
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses.length).toBeLessThan(5);
  });

  test('leaves what is known, or not counted, alone', () => {
    const check = new BlockedCheck();
    for (let nowMs = 0; nowMs < 20_000; nowMs += 1000) {
      expect(check.isSearchDue(3, 3, nowMs)).toBe(false);
      expect(check.isSearchDue(Number.NaN, 0, nowMs)).toBe(false);
    }
  });
});
