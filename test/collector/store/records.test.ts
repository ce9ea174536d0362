import { describe, expect, test } from 'vitest';
import type { Command, CommandReport } from '../../../shared/model/command.ts';
import type { Inventory } from '../../../shared/model/node.ts';
import type { ProcessSample } from '../../../shared/model/process.ts';
import type { Profile, ProfileReport, StackChunk } from '../../../shared/model/profile.ts';
import { openStore, sender, t0 } from './open-store.ts';

describe('nodes', () => {
  test('a node keeps its first sight and its newest sign of life', async () => {
    const store = openStore();
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

  test('an inventory comes back as it came', async () => {
    const store = openStore();
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
  };
  const snapshot = (timeMs: number, ...processes: ProcessSample[]) =>
    ({ kind: 'processes', snapshots: [{ timeMs, processCount: 99, processes }] }) as const;

  test('the newest at or before a moment comes back, unless it is too old', async () => {
    const store = openStore();
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

const profile: Profile = {
  id: 'p1',
  node: 'n1',
  pid: 42,
  startTimeMs: null,
  durationMs: 30_000,
  frequencyHz: 99,
  status: 'pending',
  reason: null,
  progress: 0,
  createdTimeMs: t0,
  startedTimeMs: null,
  endedTimeMs: null,
  samples: 0,
  lost: 0,
  event: null,
  process: null,
};
const report: ProfileReport = {
  profileId: 'p1',
  status: 'running',
  reason: null,
  progress: 0.5,
  startedTimeMs: t0 + 1,
  endedTimeMs: null,
  samples: 10,
  lost: 1,
  event: 'cpu-clock',
  process: null,
  stacks: null,
};
const chunk: StackChunk = {
  index: 0,
  last: false,
  frames: [{ function: 'main', module: 'a' }],
  parents: [-1],
  frameIds: [0],
  self: [1],
};

describe('profiles', () => {
  test('reports are merged and never lead back from the end', async () => {
    const store = openStore();
    await store.putProfile(profile);
    let sequence = 0;
    const tell = (part: Partial<ProfileReport>, from = sender) => {
      sequence += 1;
      return store.append(from, { sequence, payload: { kind: 'profile', report: { ...report, ...part } } });
    };
    await tell({});
    expect(await store.profile('p1')).toEqual({
      ...profile,
      status: 'running',
      progress: 0.5,
      startedTimeMs: t0 + 1,
      samples: 10,
      lost: 1,
      event: 'cpu-clock',
    });
    await tell({
      status: 'finished',
      progress: 1,
      startedTimeMs: null,
      endedTimeMs: t0 + 9,
      samples: 20,
      event: null,
    });
    await tell({ status: 'processing', progress: 0.9, samples: 15 });
    expect(await store.profile('p1')).toMatchObject({
      status: 'finished',
      progress: 1,
      startedTimeMs: t0 + 1,
      endedTimeMs: t0 + 9,
      samples: 20,
      event: 'cpu-clock',
    });
    await store.append(
      { node: 'n2', spoolId: 's' },
      { sequence: 1, payload: { kind: 'profile', report: { ...report, status: 'failed' } } },
    );
    await tell({ profileId: 'p9' });
    expect(store.statistics().ignoredReports).toBe(2);
    expect((await store.profile('p1'))?.status).toBe('finished');
    expect(await store.positions(sender)).toEqual([{ dataClass: 'profile', sequence }]);
  });

  test('stacks are taken in order; what comes again, comes early or points outside changes nothing', async () => {
    const store = openStore();
    await store.putProfile(profile);
    const second = {
      index: 1,
      last: true,
      frames: [{ function: 'f', module: 'b' }],
      parents: [0, 1],
      frameIds: [1, 0],
      self: [2, 3],
    };
    const chunks = [
      second,
      chunk,
      { ...chunk, self: [9] },
      { ...second, parents: [0, 3] },
      { ...second, frameIds: [1, 2] },
      second,
    ];
    expect(await store.stacks('p1')).toBeNull();
    for (const [place, stacks] of chunks.entries()) {
      await store.append(sender, {
        sequence: place + 1,
        payload: { kind: 'profile', report: { ...report, stacks } },
      });
    }
    expect(await store.stacks('p1')).toEqual({
      frames: [
        { function: 'main', module: 'a' },
        { function: 'f', module: 'b' },
      ],
      parents: [-1, 0, 1],
      frameIds: [0, 1, 0],
      self: [1, 2, 3],
    });
    expect(store.statistics().ignoredReports).toBe(3);
    expect(await store.deleteProfile('p1')).toBe(true);
    expect(await store.deleteProfile('p1')).toBe(false);
    expect(await store.stacks('p1')).toBeNull();
    expect(await store.profile('p1')).toBeNull();
  });

  test('lists are newest first, bounded, continued and filtered', async () => {
    const store = openStore();
    for (const [place, node] of ['n1', 'n2', 'n1'].entries()) {
      await store.putProfile({ ...profile, id: `p${place}`, node, createdTimeMs: t0 + place });
    }
    const ids = async (filter: Parameters<typeof store.profiles>[0]) =>
      (await store.profiles(filter)).map(({ id }) => id);
    expect(await ids({ limit: 2 })).toEqual(['p2', 'p1']);
    expect(await ids({ limit: 2, beforeMs: t0 + 1 })).toEqual(['p0']);
    expect(await ids({ limit: 9, node: 'n1' })).toEqual(['p2', 'p0']);
  });
});

describe('commands and audit', () => {
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
  const command: Command = {
    id: 'c1',
    action: 'service-status',
    parameters: { service: 'sshd' },
    requester: 'me',
    issuedTimeMs: t0,
    expiresTimeMs: t0 + 60_000,
    timeoutMs: 60_000,
    targets: [target, { ...target, node: 'n2' }],
  };
  const said: CommandReport = {
    commandId: 'c1',
    state: 'running',
    output: 'one\n',
    truncated: false,
    exitCode: null,
    reason: null,
    timeMs: t0 + 1,
  };

  test('reports go to the target of their node only; what is over stays over', async () => {
    const store = openStore();
    await store.putCommand(command);
    expect(await store.command('c1')).toEqual(command);
    await store.append(sender, { sequence: 1, payload: { kind: 'command', report: said } });
    await store.append(sender, {
      sequence: 2,
      payload: {
        kind: 'command',
        report: { ...said, state: 'finished', output: 'two', exitCode: 0, timeMs: t0 + 2 },
      },
    });
    await store.applyCommandReport('n1', { ...said, state: 'unknown', output: '', timeMs: t0 + 3 });
    await store.applyCommandReport('n9', said);
    await store.append(sender, {
      sequence: 3,
      payload: { kind: 'command', report: { ...said, commandId: 'c9' } },
    });
    const done = {
      ...target,
      state: 'finished',
      startedTimeMs: t0 + 1,
      endedTimeMs: t0 + 2,
      exitCode: 0,
      output: 'one\ntwo',
    };
    expect((await store.command('c1'))?.targets).toEqual([done, { ...target, node: 'n2' }]);
    expect((await store.commands({ limit: 5 }))[0]?.targets[0]).toEqual({ ...done, output: '' });
    expect(store.statistics().ignoredReports).toBe(1);
  });

  test('a guess gives way to what really became of a command', async () => {
    const store = openStore();
    await store.putCommand(command);
    await store.applyCommandReport('n1', { ...said, state: 'unknown' });
    await store.applyCommandReport('n1', { ...said, state: 'running' });
    expect((await store.command('c1'))?.targets[0]?.state).toBe('unknown');
    await store.applyCommandReport('n1', { ...said, state: 'failed', exitCode: 3, timeMs: t0 + 9 });
    expect((await store.command('c1'))?.targets[0]).toMatchObject({
      state: 'failed',
      exitCode: 3,
      endedTimeMs: t0 + 9,
    });
  });

  test('output is kept up to 256 KiB, characters whole, and the cut is told', async () => {
    const store = openStore();
    await store.putCommand(command);
    const euros = '€'.repeat(21_000);
    for (let part = 0; part < 5; part += 1) await store.applyCommandReport('n1', { ...said, output: euros });
    const kept = (await store.command('c1'))?.targets[0];
    expect(kept?.truncated).toBe(true);
    expect(kept?.output).toBe('€'.repeat(Math.floor((256 * 1024) / 3)));
  });

  test('the audit log is read newest first and cannot be changed', async () => {
    const store = openStore();
    const record = (timeMs: number) => ({
      timeMs,
      event: 'command-requested',
      actor: 'me',
      subject: 'c1',
      detail: { n: timeMs },
    });
    for (const timeMs of [t0, t0 + 2, t0 + 1]) await store.appendAudit(record(timeMs));
    expect(await store.audit({ limit: 2 })).toEqual([record(t0 + 2), record(t0 + 1)]);
    expect(await store.audit({ limit: 2, beforeMs: t0 + 1 })).toEqual([record(t0)]);
  });
});
