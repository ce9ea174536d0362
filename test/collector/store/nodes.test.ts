import { describe, expect, test } from 'vitest';
import type { Inventory } from '../../../shared/model/node.ts';
import type { ProcessSample } from '../../../shared/model/process.ts';
import { noneWaiting, plainDetails } from '../../shared/process-details.ts';
import { handClock, openStore, sender, t0, tempDir } from './open-store.ts';

describe('nodes', () => {
  test('a node keeps its first sight and its newest sign of life', async () => {
    const store = await openStore();
    const identity = {
      name: 'n1',
      role: 'login',
      bootId: 'b1',
      agentVersion: '1',
      intervalMs: 5000,
    } as const;
    await store.putNode(identity, t0);
    await store.putNode({ ...identity, bootId: 'b2', intervalMs: 1000 }, t0 + 60_000);
    await store.touchNodes(
      new Map([
        ['n1', t0 + 30_000],
        ['n9', t0],
      ]),
    );
    expect(await store.nodes()).toEqual([
      { ...identity, bootId: 'b2', intervalMs: 1000, firstSeenMs: t0, lastSeenMs: t0 + 60_000 },
    ]);
    await store.touchNodes(new Map([['n1', t0 + 90_000]]));
    expect((await store.nodes())[0]?.lastSeenMs).toBe(t0 + 90_000);
  });

  test('a sign of life under a clock that ran ahead gives way once the clock is right', async () => {
    const store = await openStore();
    const identity = {
      name: 'n1',
      role: 'login',
      bootId: 'b1',
      agentVersion: '1',
      intervalMs: 5000,
    } as const;
    await store.putNode(identity, t0 + 3_600_000);
    await store.touchNodes(new Map([['n1', t0]]));
    expect((await store.nodes())[0]?.lastSeenMs).toBe(t0);
    await store.touchNodes(new Map([['n1', t0 + 3_600_000]]));
    await store.putNode(identity, t0 + 1000);
    expect((await store.nodes())[0]?.lastSeenMs).toBe(t0 + 1000);
  });

  test('the list is kept for a moment, and has at once what is put', async () => {
    const clock = handClock();
    const store = await openStore({ clock });
    const identity = { role: 'login', bootId: 'b1', agentVersion: '1', intervalMs: 5000 } as const;
    const names = async () => (await store.nodes()).map(({ name }) => name);
    await store.putNode({ ...identity, name: 'n1' }, t0);
    expect(await names()).toEqual(['n1']);
    expect(await store.nodes()).toBe(await store.nodes());
    await store.putNode({ ...identity, name: 'n2' }, t0);
    expect(await names()).toEqual(['n1', 'n2']);
    // The writer may have learnt of others since.
    const before = await store.nodes();
    clock.nowMs += 1000;
    expect(await store.nodes()).not.toBe(before);
  });

  test('signs of life are on disk once the store is closed', async () => {
    const dataDir = tempDir();
    const identity = { role: 'login', bootId: 'b1', agentVersion: '1', intervalMs: 5000 } as const;
    const first = await openStore({ dataDir });
    await first.putNode({ ...identity, name: 'n1' }, t0);
    await first.touchNodes(new Map([['n1', t0 + 7000]]));
    await first.close();
    const second = await openStore({ dataDir });
    expect((await second.nodes())[0]?.lastSeenMs).toBe(t0 + 7000);
  });

  test('an inventory comes back as it came', async () => {
    const store = await openStore();
    const inventory: Inventory = {
      timeMs: t0,
      model: null,
      cpuModel: 'X',
      sockets: 2,
      cores: 4,
      threads: null,
      memoryBytes: 1e12,
      os: 'Debian',
      kernel: '6.1',
      arch: 'x86_64',
      bootTimeMs: t0 - 1,
      interfaces: [{ name: 'eth0', mac: null, addresses: ['10.0.0.1'], bitsPerSecond: 1e10 }],
      disks: [{ name: 'sda', model: null, sizeBytes: 1e12 }],
    };
    expect(await store.inventory('n1')).toBeNull();
    await store.append(sender, { sequence: 1, payload: { kind: 'inventory', inventory } });
    expect(await store.inventory('n1')).toEqual(inventory);
  });
});

describe('process snapshots', () => {
  const process: ProcessSample = {
    pid: 42,
    startTimeMs: t0 - 1000,
    parentPid: 1,
    name: 'a\u001b[31m',
    command: 'a --x',
    user: 'u',
    uid: 1000,
    threads: 3,
    state: 'R',
    cpuRatio: 1.25,
    memoryRatio: 0.01,
    residentBytes: 2 ** 40,
    readBytesPerSecond: null,
    writeBytesPerSecond: 0,
    job: null,
    ...plainDetails,
  };
  const snapshot = (timeMs: number, ...processes: ProcessSample[]) =>
    ({ kind: 'processes', snapshots: [{ timeMs, processCount: 99, ...noneWaiting, processes }] }) as const;

  test('the newest at or before a moment comes back, unless it is too old', async () => {
    const store = await openStore();
    const renamed = { ...process, name: 'b', command: 'b', job: '7', state: 'D', cpuRatio: 0 };
    await store.append(sender, { sequence: 1, payload: snapshot(t0, process) });
    await store.append(sender, {
      sequence: 2,
      payload: snapshot(t0 + 5000, renamed, { ...process, pid: 43 }),
    });
    await store.append(sender, { sequence: 3, payload: snapshot(t0 + 10_000, process) });
    expect(await store.snapshotAt('n1', t0 + 4999, 60_000)).toEqual({
      timeMs: t0,
      processCount: 99,
      ...noneWaiting,
      processes: [process],
    });
    expect((await store.snapshotAt('n1', t0 + 9999, 60_000))?.processes).toEqual([
      renamed,
      { ...process, pid: 43 },
    ]);
    expect((await store.snapshotAt('n1', t0 + 70_000, 60_000))?.processes).toEqual([process]);
    expect(await store.snapshotAt('n1', t0 + 70_001, 60_000)).toBeNull();
    expect(await store.snapshotAt('n1', t0 - 1, 60_000)).toBeNull();
    expect(await store.snapshotAt('n9', t0, 60_000)).toBeNull();
  });
});
