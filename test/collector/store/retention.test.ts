import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { ProcessSample } from '../../../shared/model/process.ts';
import { noneWaiting, plainDetails } from '../../shared/process-details.ts';
import { handClock, metrics, openStore, series, t0, tempDir, tick } from './open-store.ts';

const hourMs = 3_600_000;
const process: ProcessSample = {
  pid: 1,
  startTimeMs: 1,
  parentPid: 0,
  name: 'init',
  command: 'init',
  user: 'root',
  uid: 0,
  threads: 1,
  state: 'S',
  cpuRatio: 0,
  memoryRatio: 0,
  residentBytes: 1,
  readBytesPerSecond: null,
  writeBytesPerSecond: null,
  job: null,
  ...plainDetails,
};

function countRows(dataDir: string): Record<string, number> {
  const db = new DatabaseSync(join(dataDir, 'store.db'));
  const count = (table: string) => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
  const tables = [
    'tick',
    'snapshot',
    'gap',
    'series',
    'layout',
    'process',
    'command',
    'target',
    'audit',
    'position',
  ];
  const counts = Object.fromEntries(tables.map((table) => [table, count(table)]));
  expect(() => db.exec('DELETE FROM audit')).toThrow('append-only');
  expect(() => db.exec("UPDATE audit SET actor = 'x'")).toThrow('append-only');
  db.close();
  return counts;
}

test('what is older than the retention goes, with the dictionaries it used; the rest and the audit log stay', async () => {
  const dataDir = tempDir();
  const clock = handClock();
  const store = openStore({ dataDir, clock, retentionMs: 24 * hourMs });
  const old = [series('gone'), series('kept')];
  const ticks = Array.from({ length: 1300 }, (_, place) => tick(t0 + place * 1000, old, [1, 2]));
  const sender = { node: 'n1', spoolId: 's' };
  const snapshot = (timeMs: number, pid: number) =>
    ({
      kind: 'processes',
      snapshots: [{ timeMs, processCount: 1, ...noneWaiting, processes: [{ ...process, pid }] }],
    }) as const;
  await store.append(sender, { sequence: 2, payload: metrics(...ticks) });
  await store.append(sender, { sequence: 1, payload: snapshot(t0, 1) });
  const command = {
    id: 'c1',
    action: 'a',
    parameters: {},
    requester: 'me',
    issuedTimeMs: t0,
    expiresTimeMs: t0,
    timeoutMs: 1000,
  };
  const target = {
    node: 'n1',
    state: 'pending',
    startedTimeMs: null,
    endedTimeMs: null,
    exitCode: null,
    output: '',
    truncated: false,
    reason: null,
  } as const;
  await store.putCommand({ ...command, targets: [target] });
  await store.appendAudit({ timeMs: t0, event: 'command-requested', actor: 'me', subject: 'c1', detail: {} });

  clock.nowMs = t0 + 26 * hourMs;
  const now = [series('kept')];
  await store.append(sender, { sequence: 3, payload: metrics(tick(clock.nowMs, now, [3])) });
  await store.append(sender, { sequence: 2, payload: snapshot(clock.nowMs, 2) });
  // 1300 ticks, 1 snapshot, 1 gap, 1 process, 1 layout, 1 series, 1 command with its target.
  expect(await store.retain(clock.nowMs)).toBe(1307);
  expect(await store.retain(clock.nowMs)).toBe(0);

  // Rows go on being written after the deletion.
  await store.append(sender, { sequence: 4, payload: metrics(tick(clock.nowMs + 1000, now, [4])) });
  const [kept] = await store.select({
    nodes: ['n1'],
    metric: 'kept',
    match: {},
    fromMs: 0,
    toMs: clock.nowMs * 2,
  });
  expect([...(kept?.values ?? [])]).toEqual([3, 4]);
  expect(await store.series('n1')).toEqual(now);
  expect((await store.snapshotAt('n1', clock.nowMs, hourMs))?.processes[0]?.pid).toBe(2);
  await store.close();
  expect(countRows(dataDir)).toEqual({
    tick: 2,
    snapshot: 1,
    gap: 0,
    series: 1,
    layout: 1,
    process: 1,
    command: 0,
    target: 0,
    audit: 1,
    position: 2,
  });
});

test('what is younger than the retention stays to the millisecond', async () => {
  const store = openStore({ retentionMs: 1000 });
  const ticks = [0, 1, 2].map((ms) => tick(t0 + ms, [series('a')], [ms]));
  await store.append({ node: 'n1', spoolId: 's' }, { sequence: 1, payload: metrics(...ticks) });
  expect(await store.retain(t0 + 1001)).toBe(1);
  expect([...(await store.tickTimes('n1', 0, t0 * 2))]).toEqual([t0 + 1, t0 + 2]);
});
