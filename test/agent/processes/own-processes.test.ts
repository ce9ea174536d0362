// The scanner against the real kernel of this machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { afterAll, expect, test } from 'vitest';
import { createHost } from '../../../agent/host/host.ts';
import { ProcessScanner } from '../../../agent/processes/process-scanner.ts';

/** Ends by itself: whoever started it may be gone. */
const burn = 'console.log(1); const end = Date.now() + 6e4; while (Date.now() < end);';
const child = spawn(process.execPath, ['-e', burn, '--', '--password=hunter2'], {
  stdio: ['ignore', 'pipe', 'ignore'],
});
afterAll(() => child.kill('SIGKILL'));

/** CPU seconds of the child, as the kernel says. */
function cpuSeconds(): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

test('a busy child ranks first among its like, with the CPU time the kernel counted', async () => {
  await once(child.stdout, 'data');
  const scanner = new ProcessScanner(createHost());
  const startedMs = performance.now();
  const startedCpu = cpuSeconds();
  let elapsed = 0;
  while (elapsed < 1) {
    await once(spawn('sleep', ['0.2']), 'exit');
    elapsed = (performance.now() - startedMs) / 1000;
  }
  const truth = (cpuSeconds() - startedCpu) / ((performance.now() - startedMs) / 1000);
  const { processes, processCount } = scanner.scan(Date.now());
  const sample = processes.find(({ pid }) => pid === child.pid);
  expect(sample).toMatchObject({
    parentPid: process.pid,
    user: userInfo().username,
    uid: userInfo().uid,
    command: `${process.execPath} -e ${burn} -- --password=***`,
  });
  // How much of a core it gets is the machine's affair; that the scanner saw the same is ours.
  expect(Math.abs((sample?.cpuRatio ?? 0) - truth)).toBeLessThan(0.1);
  expect(sample?.cpuRatio).toBeLessThan(1.2);
  const busier = processes.filter(({ cpuRatio }) => cpuRatio > (sample?.cpuRatio ?? 0));
  expect(processes.indexOf(sample ?? processes[0] ?? fail())).toBe(busier.length);
  expect(sample?.residentBytes).toBeGreaterThan(10e6);
  expect(Math.abs((sample?.startTimeMs ?? 0) - Date.now())).toBeLessThan(60_000);
  expect(processCount).toBeGreaterThanOrEqual(processes.length);
});

function fail(): never {
  throw new Error('the list is empty');
}
