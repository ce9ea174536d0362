// Real job steps of a real Slurm: two slurmd that give each task a control group, and an agent that looks on.
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, test } from 'vitest';
import type { MetricSeries } from '../../shared/api/metric.ts';
import type { Process, ProcessTable } from '../../shared/api/process.ts';
import { RunningJidi, until } from './running-jidi.ts';
import { SlurmCluster, whyNoSlurm } from './slurm-cluster.ts';

const run = promisify(execFile);
const missing = whyNoSlurm();
const owner = jobOwner();
const taskCount = 4;

interface Told {
  readonly pid: number;
  readonly job: string;
  readonly step: string;
  readonly localRank: number;
}

let slurm: SlurmCluster;
let jidi: RunningJidi;
let folder: string;

beforeAll(async () => {
  if (missing !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'jidi-jobs-'));
  chmodSync(folder, 0o777);
  slurm = await SlurmCluster.start(2, { tracking: 'cgroups' });
  jidi = await RunningJidi.start({ interval: '1s' });
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});
afterAll(async () => {
  if (missing !== undefined) return;
  await jidi.stop();
  await slurm.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('every task shows its job, its step, its rank and its user, and the series of the job end with it', async () => {
  const job = await submit();
  await until('all tasks', () => toldByTasks().length === taskCount);
  const stray = startStray();
  try {
    await until('every process with its job', async () => (await mismatches(stray.pid)).length === 0).catch(
      async (error: unknown) => {
        throw new Error(`not as told: ${(await mismatches(stray.pid)).join('\n')}`, { cause: error });
      },
    );
    await until('the series of the job', async () => (await secondsOf(job)) > 0);
    const earlier = await secondsOf(job);
    await until('the series grows', async () => (await secondsOf(job)) > earlier);
  } finally {
    stray.end();
    await run('/usr/bin/scancel', [job], { env: slurm.environment });
  }
  await until('the end of the series', async () => Number.isNaN(await secondsOf(job)));
  await until('the end of the processes', async () => {
    const { processes } = await table();
    return processes.every((process) => process.job !== job);
  });
});

/** The first person of the machine, or the user that every Linux has: no process of that one counts as escaped. */
function jobOwner(): { readonly name: string; readonly id: string; readonly isPerson: boolean } {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name = '', , id = ''] = line.split(':');
    if (Number(id) >= 1000 && Number(id) < 60_000) return { name, id, isPerson: true };
  }
  return { name: 'nobody', id: '65534', isPerson: false };
}

/** A batch job with two steps of two tasks each, spread over both nodes; every task tells who it is and then works. */
async function submit(): Promise<string> {
  const task = join(folder, 'task');
  const tell = `echo $$ $SLURM_JOB_ID $SLURM_STEP_ID $SLURM_LOCALID > ${folder}/told.new.$$`;
  const show = `mv ${folder}/told.new.$$ ${folder}/told.$$`;
  writeFileSync(task, `#!/bin/sh\n${tell}\n${show}\nwhile :; do :; done\n`, { mode: 0o755 });
  const script = join(folder, 'job');
  const step = `srun --overlap -N2 -n2 --mem=64 ${task}`;
  writeFileSync(script, `#!/bin/sh\n${step} &\n${step} &\nwait\n`, { mode: 0o755 });
  const user = [`--uid=${owner.id}`, `--gid=${owner.id}`, '--chdir=/'];
  const limits = ['-N2', '-n4', '--mem=512', '--time=5', `--output=${folder}/out`];
  const args = ['--parsable', ...user, ...limits, script];
  const { stdout } = await run('/usr/bin/sbatch', args, { env: slurm.environment, timeout: 20_000 });
  return stdout.trim();
}

function toldByTasks(): readonly Told[] {
  return readdirSync(folder)
    .filter((name) => /^told\.\d+$/.test(name))
    .map((name) => {
      const words = readFileSync(join(folder, name), 'utf8').trim().split(' ');
      const [pid = '', job = '', step = '', localRank = ''] = words;
      return { pid: Number(pid), job, step, localRank: Number(localRank) };
    });
}

/** A process of the job's user that is in no job. */
function startStray() {
  const options = { uid: Number(owner.id), gid: Number(owner.id), cwd: '/' };
  const child = execFile('/bin/sh', ['-c', 'ulimit -t 60; while :; do :; done'], {
    ...options,
    timeout: 60_000,
  });
  return { pid: child.pid ?? 0, end: () => child.kill('SIGKILL') };
}

async function table(): Promise<ProcessTable> {
  return jidi.json<ProcessTable>(`/api/v1/nodes/${jidi.node}/processes`);
}

/** What differs from what the tasks told, in words. */
async function mismatches(strayPid: number): Promise<readonly string[]> {
  const { processes } = await table();
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const wrong = toldByTasks().filter((told) => !isAsTold(byPid.get(told.pid), told));
  const stray = byPid.get(strayPid);
  const strayIsMarked = stray?.outsideJob === owner.isPerson && stray.job === null;
  return [
    ...wrong.map((told) => `${JSON.stringify(told)} is shown as ${JSON.stringify(byPid.get(told.pid))}`),
    ...(strayIsMarked ? [] : [`the stray process is shown as ${JSON.stringify(stray)}`]),
  ];
}

function isAsTold(shown: Process | undefined, told: Told): boolean {
  return (
    shown?.job === told.job &&
    shown.step === told.step &&
    shown.localRank === told.localRank &&
    shown.user === owner.name &&
    !shown.outsideJob
  );
}

/** CPU time of the job so far, as the node told it in the last three seconds; NaN when it told none. */
async function secondsOf(job: string): Promise<number> {
  const query = `metric=jidi_job_cpu_seconds_total&from=-3s&step=1s&match=job%3D${job}`;
  const path = `/api/v1/nodes/${jidi.node}/metrics?${query}`;
  const series = await jidi.json<readonly MetricSeries[]>(path);
  const newest = series.flatMap(({ samples }) => samples.findLast(([, value]) => value !== null)?.[1] ?? []);
  return newest.length === 0 ? Number.NaN : newest.reduce((sum, value) => sum + value, 0);
}
