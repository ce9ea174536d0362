import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Process, ProcessTable } from '../../shared/api/process.ts';
import { type CollectorPeer, startCollectorPeer } from './collector-peer.ts';
import { type RunOptions, runProgramWith } from './program-run.ts';
import { hostile, now, processTable } from './recorded-answers.ts';

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
