import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Process, ProcessTable } from '../../shared/api/process.ts';
import { type CollectorPeer, startCollectorPeer } from './collector-peer.ts';
import { type RunOptions, runProgramWith } from './program-run.ts';
import { hostile, nodeDetail, now, processTable } from './recorded-answers.ts';

let peer: CollectorPeer;

beforeAll(() => {
  vi.stubEnv('TZ', 'UTC');
});
beforeEach(async () => {
  peer = await startCollectorPeer();
  peer.answer('GET nodes/n2/processes', { body: table });
});
afterEach(async () => {
  await peer.close();
});

const [plain] = processTable.processes;

function process(pid: number, parentPid: number, changes: Partial<Process>): Process {
  if (plain === undefined) throw new Error('the recorded answer has no process');
  return { ...plain, pid, parentPid, cpuRatio: 0, ...changes };
}

const table: ProcessTable = {
  node: 'n2',
  time: now,
  processCount: 214,
  zombieCount: 2,
  uninterruptibleCount: 1,
  processes: [
    process(40, 20, {
      cpuRatio: 0.9,
      step: 'batch',
      localRank: 3,
      allowedCpus: '0-3,8',
      waitChannel: hostile,
      voluntarySwitchesPerSecond: 12,
      involuntarySwitchesPerSecond: 0,
      gpuMemoryBytes: 2 ** 31,
    }),
    process(41, 20, { cpuRatio: 0.5, command: 'left over', job: null, outsideJob: true, state: 'D' }),
    process(20, 1, { command: 'slurmstepd', job: null }),
    process(1, 0, { command: 'init', job: null }),
    process(99, 1, { command: 'sshd', job: null }),
  ],
};

function top(line: string, options: RunOptions = {}) {
  return runProgramWith(`top n2 ${line}`.trim(), { url: peer.url, ...options });
}

async function lines(line: string): Promise<readonly string[]> {
  return (await top(line)).out.split('\n').slice(0, -1);
}

describe('jidi top', () => {
  it('marks processes outside the jobs of their users in words', async () => {
    expect((await lines(''))[2]).toBe(' 41  ann   50.0 %   1.0 %   100 MiB  outside  left over');
    expect((await top('--lang zh')).out).toContain('作业外');
  });

  it('tells zombies and processes in state D in the head line', async () => {
    const { err } = await top('');
    expect(err).toBe('n2: 5 of 214 processes at 2026-03-01 08:00:00  zombies: 2  in state D: 1\n');
    expect((await top('--lang zh')).err).toContain('2 个僵尸进程  1 个处于 D 状态');
    peer.answer('GET nodes/n2/processes', { body: { ...table, zombieCount: null, uninterruptibleCount: 0 } });
    expect((await top('')).err).toBe('n2: 5 of 214 processes at 2026-03-01 08:00:00\n');
  });

  it('has step, rank, wait channel, CPUs, switches and GPU memory in the wide table, harmlessly', async () => {
    const [head = '', first = '', second = ''] = await lines('-o wide');
    const row = Object.fromEntries(
      ['STEP', 'RANK', 'CPUS', 'WAITS IN', 'SWITCHES', 'PREEMPTED', 'GPU MEMORY'].map((name) => [
        name,
        first
          .slice(0, head.indexOf(name) + name.length)
          .split(/\s{2,}/)
          .at(-1),
      ]),
    );
    expect(row).toMatchObject({ RANK: '3', SWITCHES: '12/s', PREEMPTED: '0/s', 'GPU MEMORY': '2.00 GiB' });
    expect(first).toContain(String.raw`\x1b[2J\u202eevil`);
    expect(first).toMatch(/ {2}77 +batch +3 +0-3,8 {2}/);
    expect(second).toMatch(/ {2}outside +– +– +– {2}/);
  });

  it('gives csv all of it, with raw values', async () => {
    const { out } = await top('-o csv');
    const [head, first, second] = out.split('\r\n').map((line) => line.split(','));
    const of = (row: readonly string[] | undefined, name: string) => row?.[head?.indexOf(name) ?? -1];
    expect(of(first, 'localRank')).toBe('3');
    expect(of(second, 'outsideJob')).toBe('true');
    expect(of(second, 'gpuMemoryBytes')).toBe('');
    expect(of(second, 'job')).toBe('');
  });

  it('draws the tree, siblings in the order asked for', async () => {
    const commands = (await lines('--tree')).slice(1).map((line) => line.replace(/^.*MiB {2}\S+ +/, ''));
    expect(commands).toEqual(['init', '├─ slurmstepd', '│  ├─ ./app --size 9', '│  └─ left over', '└─ sshd']);
  });

  it('keeps the ancestors of the busiest in a tree that is limited', async () => {
    const { out } = await top('--tree --limit 1 -o json');
    expect((JSON.parse(out) as Process[]).map(({ pid }) => pid)).toEqual([1, 20, 40]);
  });

  it('asks for the processes of one job, and sorts by GPU memory', async () => {
    const { out } = await top('--job 77 --at -5m --sort gpu --limit 1 -o json');
    expect(peer.asked[0]?.query).toEqual({ at: '-5m', job: '77' });
    expect(JSON.parse(out)).toMatchObject([{ pid: 40 }]);
  });
});

describe('jidi top of a node that does not tell its processes now', () => {
  it('says how old the snapshot is, and that the node is quiet', async () => {
    peer.answer('GET nodes/n2/processes', { body: { ...table, time: now - 47 } });
    peer.answer('GET nodes/n2', { body: { ...nodeDetail, interval: 1, quiet: true } });
    expect((await top('')).err).toContain(
      '  47 s old  the node is quiet: processes are not read  zombies: 2',
    );
    expect((await top('--lang zh')).err).toContain('  快照已过 47 s  节点静默：不扫描进程');
  });

  it('says it also when there is no snapshot any more', async () => {
    peer.answer('GET nodes/n2/processes', { body: { ...table, time: null, processes: [] } });
    peer.answer('GET nodes/n2', { body: { ...nodeDetail, quiet: true } });
    expect((await top('')).err).toContain('the node is quiet');
  });

  it.each([
    [29, 10, ''],
    [31, 10, '31 s old'],
    [9, 1, ''],
  ])('%d s at an interval of %d s: %s', async (age, interval, told) => {
    peer.answer('GET nodes/n2/processes', { body: { ...table, time: now - age } });
    peer.answer('GET nodes/n2', { body: { ...nodeDetail, interval } });
    expect(/\d+ s old/.exec((await top('')).err)?.[0] ?? '').toBe(told);
  });

  it('says nothing of it about a past moment', async () => {
    peer.answer('GET nodes/n2', { body: { ...nodeDetail, quiet: true } });
    expect((await top('--at -5m')).err).not.toContain('quiet');
  });
});

describe('jidi top --sort', () => {
  it('shows the columns by which it sorts', async () => {
    const [plainHead, io, gpu] = await Promise.all(['', '--sort io', '--sort gpu'].map(lines));
    expect(plainHead?.[0]).not.toMatch(/READ|GPU/);
    expect(io?.[0]).toMatch(/READ +WRITE/);
    expect(gpu?.[0]).toContain('GPU MEMORY');
  });

  it('says when there is no GPU to sort by', async () => {
    expect((await top('--sort gpu')).err).not.toContain('GPU');
    const processes = table.processes.map((each) => ({ ...each, gpuMemoryBytes: null }));
    peer.answer('GET nodes/n2/processes', { body: { ...table, processes } });
    expect((await top('--sort gpu')).err).toContain('No process of n2 holds GPU memory');
  });
});

describe('jidi top where there is little room', () => {
  const deep = Array.from({ length: 9 }, (_, depth) =>
    process(depth + 1, depth, { command: `/tmp/some/long/folder/bin/node x${String(depth)}.js`, job: null }),
  );

  beforeEach(() => {
    peer.answer('GET nodes/n2/processes', { body: { ...table, processes: deep } });
  });

  it('shows the program, not its folder, by COLUMNS also where there is no screen', async () => {
    const { out } = await top('', { env: { COLUMNS: '90' } });
    expect(out).toMatch(/ {2}node x0\.js\n/);
    expect((await top('', { tty: true, columns: 90 })).out).toMatch(/ {2}node x0\.js\n/);
    expect((await top('')).out).toContain('  /tmp/some/long/folder/bin/node x0.js\n');
    expect((await top('-o wide', { tty: true, columns: 90 })).out).toContain('/bin/node x0.js\n');
  });

  it('leaves the name of a process deep in the tree in sight', async () => {
    const { out } = await top('--tree', { env: { COLUMNS: '80' } });
    expect(out).toMatch(/ {2}⋯ {10}└─ node x8\.js\n/);
  });
});
