import { describe, expect, test } from 'vitest';
import { createQuery } from '../../../collector/query/create-query.ts';
import type { ProcessSample } from '../../../shared/model/process.ts';
import { noneWaiting, plainDetails } from '../../shared/process-details.ts';
import { appendTicks, handClock, openStore, sender, series, t0, tick } from '../store/open-store.ts';

const identity = {
  name: 'n1',
  role: 'compute',
  bootId: 'b',
  agentVersion: '1.2.3',
  intervalMs: 5000,
} as const;

async function openQuery() {
  const clock = handClock();
  const store = await openStore({ clock });
  return { clock, store, query: createQuery(store, clock) };
}

describe('nodes', () => {
  test.each([
    [-3_600_000, 'silent'],
    [0, 'up'],
    [29_999, 'up'],
    [30_000, 'silent'],
    [299_999, 'silent'],
    [300_000, 'down'],
  ])('not heard for %d ms: %s', async (silentMs, state) => {
    const { clock, store, query } = await openQuery();
    await store.putNode(identity, t0);
    clock.nowMs = t0 + silentMs;
    expect(await query.nodes()).toEqual([{ name: 'n1', state, role: 'compute', lastSeen: t0 / 1000 }]);
  });

  test('the map has every node, with null for those that tell nothing', async () => {
    const { store, query } = await openQuery();
    await store.putNode({ ...identity, name: 'n2' }, t0);
    await store.putNode(identity, t0);
    await appendTicks(store, [tick(t0, [series('node_load1')], [3])]);
    const nothing = {
      cpuRatio: null,
      memoryRatio: null,
      load1: null,
      diskBytesPerSecond: null,
      networkBytesPerSecond: null,
    };
    expect(await query.map()).toMatchObject([
      { name: 'n1', state: 'up', ...nothing, load1: 3 },
      { name: 'n2', state: 'up', ...nothing },
    ]);
  });

  test('a node in detail: identity, load, inventory in seconds, gaps of the last day', async () => {
    const { clock, store, query } = await openQuery();
    await store.putNode(identity, t0);
    const inventory = {
      timeMs: t0,
      model: 'M',
      cpuModel: null,
      sockets: 1,
      cores: 2,
      threads: 4,
      memoryBytes: 5,
      os: null,
      kernel: null,
      arch: 'x86_64',
      bootTimeMs: t0 - 500,
      interfaces: [],
      disks: [{ name: 'sda', model: null, sizeBytes: 7 }],
    };
    const gap = {
      dataClass: 'metric',
      fromTimeMs: t0 - 1500,
      toTimeMs: t0,
      count: 3,
      reason: 'restart',
      sequences: null,
    } as const;
    await store.append(sender, { sequence: 1, payload: { kind: 'inventory', inventory } });
    await store.append(sender, { sequence: 2, payload: { kind: 'gap', gap } });
    const { timeMs: _timeMs, bootTimeMs: _bootTimeMs, ...facts } = inventory;
    expect(await query.node('n1')).toMatchObject({
      name: 'n1',
      state: 'up',
      load1: null,
      agentVersion: '1.2.3',
      interval: 5,
      bootId: 'b',
      inventory: { ...facts, bootTime: (t0 - 500) / 1000 },
      gaps: [{ dataClass: 'metric', from: (t0 - 1500) / 1000, to: t0 / 1000, count: 3, reason: 'restart' }],
    });
    clock.nowMs += 86_400_001;
    expect((await query.node('n1'))?.gaps).toEqual([]);
    expect(await query.node('n9')).toBeNull();
  });
});

describe('processes', () => {
  const process: ProcessSample = {
    pid: 1,
    startTimeMs: t0 - 500,
    parentPid: 0,
    name: 'a',
    command: 'a',
    user: 'u',
    uid: 1,
    threads: 1,
    state: 'S',
    cpuRatio: 0.1,
    memoryRatio: 0.2,
    residentBytes: 10,
    readBytesPerSecond: null,
    writeBytesPerSecond: 3,
    job: null,
    ...plainDetails,
  };

  test('busiest first, then the largest, at a moment or now', async () => {
    const { clock, store, query } = await openQuery();
    await store.putNode({ ...identity, intervalMs: 30_000 }, t0);
    const processes = [
      process,
      { ...process, pid: 2, residentBytes: 20 },
      { ...process, pid: 3, cpuRatio: 2, residentBytes: 1 },
    ];
    const snapshots = [
      { timeMs: t0, processCount: 200, ...noneWaiting, processes },
      { timeMs: t0 + 30_000, processCount: 1, ...noneWaiting, processes: [process] },
    ];
    await store.append(sender, { sequence: 1, payload: { kind: 'processes', snapshots } });
    clock.nowMs = t0 + 120_000;
    const then = await query.processes('n1', { atMs: t0 + 29_999 });
    expect(then).toMatchObject({ node: 'n1', time: t0 / 1000, processCount: 200 });
    expect(then?.processes.map(({ pid }) => pid)).toEqual([3, 2, 1]);
    expect(then?.processes[2]).toEqual({
      pid: 1,
      startTime: (t0 - 500) / 1000,
      parentPid: 0,
      name: 'a',
      command: 'a',
      user: 'u',
      threads: 1,
      state: 'S',
      cpuRatio: 0.1,
      memoryRatio: 0.2,
      residentBytes: 10,
      readBytesPerSecond: null,
      writeBytesPerSecond: 3,
      job: null,
      ...plainDetails,
    });
    expect(await query.processes('n1', { atMs: null })).toMatchObject({
      time: t0 / 1000 + 30,
      processCount: 1,
    });
    clock.nowMs += 1;
    expect(await query.processes('n1', { atMs: null })).toEqual({
      node: 'n1',
      time: null,
      processCount: 0,
      zombieCount: null,
      uninterruptibleCount: null,
      processes: [],
    });
    expect(await query.processes('n9', { atMs: null })).toBeNull();
  });

  test('only those of a job, if so wished; the counts are of all', async () => {
    const { store, query } = await openQuery();
    await store.putNode(identity, t0);
    const jobs = ['7', '77', null, "7' OR 1"];
    const processes = jobs.map((job, place) => ({ ...process, pid: place, job }));
    const snapshot = { timeMs: t0, processCount: 9, zombieCount: 2, uninterruptibleCount: 1, processes };
    await store.append(sender, { sequence: 1, payload: { kind: 'processes', snapshots: [snapshot] } });
    const asked = await query.processes('n1', { atMs: t0, job: '7' });
    expect(asked).toMatchObject({ processCount: 9, zombieCount: 2, uninterruptibleCount: 1 });
    expect(asked?.processes.map(({ pid }) => pid)).toEqual([0]);
    expect((await query.processes('n1', { atMs: t0, job: "7' OR 1" }))?.processes).toHaveLength(1);
  });
});

test.each([
  [{ offsetMs: -3_400, isCorrected: false }, -3.4],
  [null, null],
])('a clock that is told as %j', async (reading, clockOffset) => {
  const clock = handClock();
  const store = await openStore({ clock });
  await store.putNode(identity, t0);
  const query = createQuery(store, clock, {
    clocks: { of: (node) => (node === 'n1' ? reading : null) },
  });
  expect(await query.node('n1')).toMatchObject({ clockOffset });
});

test.each([
  ['tells nothing', {}, { interval: 5, configuredInterval: 5, quiet: false }],
  [
    'restrains itself and says so before it connects anew',
    { jidi_agent_interval_seconds: 10 },
    { interval: 10, configuredInterval: 5, quiet: false },
  ],
  [
    'restrains itself and has connected anew',
    { jidi_agent_interval_seconds: 5, jidi_agent_configured_interval_seconds: 1 },
    { interval: 5, configuredInterval: 1, quiet: false },
  ],
  [
    'is kept quiet',
    { jidi_agent_quiet: 1 },
    { interval: 5, configuredInterval: 5, quiet: true, quietReason: null },
  ],
  [
    'tells what cannot be',
    { jidi_agent_interval_seconds: -3, jidi_agent_configured_interval_seconds: 1e9, jidi_agent_quiet: 7 },
    { interval: 5, configuredInterval: 5, quiet: false },
  ],
])('the pace of an agent that %s', async (_, told, pace) => {
  const { store, query } = await openQuery();
  await store.putNode(identity, t0);
  const definitions = Object.keys(told).map((metric) => series(metric));
  await appendTicks(store, [tick(t0, definitions, Object.values(told))]);
  expect(await query.node('n1')).toMatchObject(pace);
});

test.each([
  ['environment', 1, 'environment'],
  ['file', 0, null],
])('the reason for quiet: %s, %d', async (reason, value, told) => {
  const { store, query } = await openQuery();
  await store.putNode(identity, t0);
  const info = series('jidi_agent_quiet_info', { reason });
  await appendTicks(store, [tick(t0, [series('jidi_agent_quiet'), info], [1, value])]);
  expect(await query.node('n1')).toMatchObject({ quiet: true, quietReason: told });
  expect(await query.map()).toMatchObject([{ name: 'n1', quiet: true }]);
});
