import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHost } from '../../../../agent/host/host.ts';
import { membersBelow, membersOfCgroup, membersOfJob } from '../../../../agent/profiler/target/members.ts';
import { findTarget } from '../../../../agent/profiler/target/target.ts';
import { wholeProcess } from '../../../shared/model/whole-process.ts';
import { fixtureHost, machineFolder } from '../../sources/fixture-machine.ts';

/** Waits until the shell has its children: they say their numbers. */
async function family(): Promise<{ readonly pid: number; readonly children: readonly number[] }> {
  const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; sleep 60 & echo $!; wait'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const { pid = 0 } = shell;
  onTestFinished(() => void process.kill(-pid, 'SIGKILL'));
  let text = '';
  for await (const piece of shell.stdout.setEncoding('utf8')) {
    text += String(piece);
    if (text.split('\n').length > 2) break;
  }
  return { pid, children: text.trim().split('\n').map(Number) };
}

const pidsOf = ({ members }: ReturnType<typeof membersBelow>): number[] =>
  members.map(({ pid }) => pid).toSorted((a, b) => a - b);

describe('the processes of a target', () => {
  test('are a process and all that it started', async () => {
    const { pid, children } = await family();
    const all = [pid, ...children].toSorted((a, b) => a - b);
    expect(pidsOf(membersBelow(createHost(), pid))).toEqual(all);
    const tree = findTarget({ ...wholeProcess(pid, null), withChildren: true }, createHost());
    expect(tree).toMatchObject({ name: `process ${pid}`, isOpen: true, left: 0 });
    const recorded = 'perfArguments' in tree ? tree.perfArguments[1]?.split(',').map(Number) : [];
    expect(recorded?.toSorted((a, b) => a - b)).toEqual(all);
    expect(findTarget(wholeProcess(pid, null), createHost())).toMatchObject({
      perfArguments: ['--pid', String(pid)],
      isOpen: false,
    });
  });

  test('are threads of the process that is named, and of no other', async () => {
    const { pid, children } = await family();
    const threads = [children[0] ?? 0];
    const stranger = { ...wholeProcess(pid, null), threads };
    expect(findTarget(stranger, createHost())).toMatchObject({ code: 'thread-elsewhere' });
    expect(findTarget({ ...stranger, threads: [1] }, createHost())).toMatchObject({
      code: 'thread-elsewhere',
    });
    expect(findTarget({ ...stranger, threads: [pid] }, createHost())).toMatchObject({ tids: [pid] });
    expect(findTarget({ ...stranger, withChildren: true }, createHost())).toMatchObject({ tids: threads });
  });

  test('are those of a control group, and of no group whose name only begins alike', async () => {
    const { pid, children } = await family();
    const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
    const path = lines.map((line) => line.split(':').slice(2).join(':')).at(-1) ?? '/';
    expect(pidsOf(membersOfCgroup(createHost(), path))).toEqual(expect.arrayContaining([pid, ...children]));
    expect(membersOfCgroup(createHost(), `${path}no-such-group`)).toEqual({ members: [], left: 0 });
  });

  test('are those of a job, with their ranks', () => {
    const host = fixtureHost(machineFolder('slurm-v2'));
    const { members } = membersOfJob(host, '4242');
    expect(members.length).toBeGreaterThan(1);
    for (const { pid } of members) {
      expect(readFileSync(`${host.roots.proc}/${pid}/cgroup`, 'utf8')).toContain('job_4242/');
    }
    expect(members.some(({ localRank }) => localRank !== null)).toBe(true);
    expect(findTarget({ kind: 'job', job: '1' }, host)).toMatchObject({ code: 'target-empty' });
  });
});
