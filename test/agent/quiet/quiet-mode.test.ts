import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHost, type Host } from '../../../agent/host/host.ts';
import { JobCgroups } from '../../../agent/jobs/job-cgroups.ts';
import { makeQuietFolder, QuietFlags } from '../../../agent/quiet/quiet-flags.ts';
import { QuietJobs } from '../../../agent/quiet/quiet-jobs.ts';
import { QuietMode } from '../../../agent/quiet/quiet-mode.ts';
import type { MetricDefinition } from '../../../shared/model/metric.ts';
import { createLineLog } from '../sampler/log-lines.ts';
import { TurnedClock } from '../sampler/turned-clock.ts';

/** Whose files and processes the test makes: root's count as nobody's, so another stands in for it. */
const userId = process.getuid?.() === 0 ? 4242 : (process.getuid?.() ?? 0);
const strangerId = userId + 1;
const nowMs = 1_800_000_000_000;
const lookMs = 15_000;

let folder: string;
let quietFolder: string;
let clock: TurnedClock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quiet-'));
  quietFolder = join(folder, 'run/quiet');
  clock = new TurnedClock(nowMs);
  mkdirSync(join(folder, 'run'), { mode: 0o700 });
  mkdirSync(join(folder, 'sys/fs/cgroup'), { recursive: true });
  mkdirSync(join(folder, 'proc'));
  writeFileSync(join(folder, 'sys/fs/cgroup/cgroup.controllers'), 'cpu memory\n');
  expect(makeQuietFolder(join(folder, 'run'), quietFolder)).toBe(true);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const jobFolder = (job: string): string =>
  join(folder, `sys/fs/cgroup/system.slice/slurmstepd.scope/job_${job}`);

function startJob(job: string, pid: number, options: { uid?: number; environment?: string } = {}): void {
  const uid = options.uid ?? userId;
  const task = join(jobFolder(job), 'step_0/user/task_0');
  mkdirSync(task, { recursive: true });
  for (const each of ['', '/step_0', '/step_0/user'])
    writeFileSync(`${jobFolder(job)}${each}/cgroup.procs`, '');
  writeFileSync(join(task, 'cgroup.procs'), `${pid}\n`);
  const proc = join(folder, 'proc', String(pid));
  mkdirSync(proc);
  writeFileSync(join(proc, 'status'), `Name:\tapp\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n`);
  writeFileSync(join(proc, 'environ'), options.environment ?? 'PATH=/bin\0');
  if (process.getuid?.() === 0) chownSync(proc, uid, uid);
}

function endJob(job: string): void {
  rmSync(jobFolder(job), { recursive: true });
}

function putFlag(name: string, text = ''): void {
  const path = join(quietFolder, name);
  writeFileSync(path, text);
  if (process.getuid?.() === 0) chownSync(path, userId, userId);
  // A real clock's time, as the folder's own change would have it.
  utimesSync(path, nowMs / 1000, nowMs / 1000);
}

function setUp(options: { honourJobs?: boolean; host?: (host: Host) => Host; ownUid?: number } = {}) {
  const real = createHost({
    roots: { proc: join(folder, 'proc'), sys: join(folder, 'sys'), root: folder },
    clock,
  });
  const host = options.host?.(real) ?? real;
  const { log, messages } = createLineLog();
  const mode = new QuietMode({
    clock,
    log,
    flags: new QuietFlags({ host, folder: quietFolder, ownUid: options.ownUid ?? userId }),
    jobs: new QuietJobs(host, new JobCgroups(host)),
    honourJobs: options.honourJobs ?? true,
  });
  const figures = new Map<string, () => number>();
  mode.observe({
    observe: (metric: MetricDefinition, labels, read) =>
      void figures.set([metric.name, ...Object.values(labels)].join(' '), read),
  });
  /** What it says once everything has been looked at anew. */
  const later = (): boolean => {
    clock.pass(lookMs);
    return mode.isQuiet();
  };
  return { mode, messages, later, figure: (name: string) => figures.get(name)?.() };
}

test('without any wish the node is not quiet, and the folder lets everybody add and nobody else remove', () => {
  const { mode, figure } = setUp();
  expect(mode.isQuiet()).toBe(false);
  expect(figure('jidi_agent_quiet')).toBe(0);
  expect(figure('jidi_agent_quiet_info file')).toBeNaN();
  expect(statSync(quietFolder).mode & 0o7777).toBe(0o1777);
  expect(statSync(join(folder, 'run')).mode & 0o777).toBe(0o711);
});

describe('the flag of a job', () => {
  test("counts when the job's owner put it there, until the job ends; then it is removed", () => {
    startJob('123', 500);
    const { later, messages, figure } = setUp();
    putFlag('123');
    expect(later()).toBe(true);
    expect([figure('jidi_agent_quiet'), figure('jidi_agent_quiet_info file')]).toEqual([1, 1]);
    expect(later()).toBe(true);
    endJob('123');
    expect(later()).toBe(false);
    expect(existsSync(join(quietFolder, '123'))).toBe(false);
    expect(messages()).toEqual([
      'quiet mode: only the cheapest sources run',
      'quiet mode ends: everything is measured again',
    ]);
  });

  test('does not count from a stranger, but from root, and not when it is a link', () => {
    startJob('123', 500, { uid: strangerId });
    putFlag('123');
    expect(setUp().later()).toBe(false);
    putFlag('123');
    const asRoot = (host: Host): Host => ({
      ...host,
      fileFacts: (path) => {
        const facts = host.fileFacts(path);
        return facts === null || !path.endsWith('/123') ? facts : { ...facts, uid: 0 };
      },
    });
    expect(setUp({ host: asRoot }).later()).toBe(true);
    const asLink = (host: Host): Host => ({
      ...asRoot(host),
      fileFacts: (path) => {
        const facts = asRoot(host).fileFacts(path);
        return facts === null || !path.endsWith('/123') ? facts : { ...facts, isFile: false };
      },
    });
    expect(setUp({ host: asLink }).later()).toBe(false);
  });

  test('of a job that is not there yet waits; after ten minutes it goes', () => {
    putFlag('77');
    const { later } = setUp();
    expect(later()).toBe(false);
    expect(existsSync(join(quietFolder, '77'))).toBe(true);
    clock.pass(600_000);
    expect(later()).toBe(false);
    expect(existsSync(join(quietFolder, '77'))).toBe(false);
  });

  test('is found among thousands of files of others, without reading their names', () => {
    for (let i = 0; i < 2_000; i += 1) writeFileSync(join(quietFolder, `x${i}`), '');
    startJob('123', 500);
    putFlag('123');
    let listings = 0;
    const counted = (host: Host): Host => ({
      ...host,
      list(path) {
        if (path === quietFolder) listings += 1;
        return host.list(path);
      },
    });
    expect(setUp({ host: counted }).later()).toBe(true);
    expect(listings).toBe(0);
    rmSync(join(quietFolder, '123'));
    putFlag('node', `until ${nowMs + 120_000}\n`);
    const { later, figure } = setUp();
    expect(later()).toBe(true);
    expect(figure('jidi_agent_quiet_info command')).toBe(1);
  });

  test('of a stranger goes, so that the owner can put another there; that of an unknown owner stays', () => {
    startJob('123', 500, { uid: strangerId });
    startJob('124', 501, { uid: 0 });
    putFlag('123');
    putFlag('124');
    const { later } = setUp();
    expect(later()).toBe(false);
    expect(existsSync(join(quietFolder, '123'))).toBe(false);
    expect(existsSync(join(quietFolder, '124'))).toBe(true);
    symlinkSync('/etc/passwd', join(quietFolder, '123'));
    if (process.getuid?.() === 0) lchownSync(join(quietFolder, '123'), userId, userId);
    expect(later()).toBe(false);
    expect(lstatSync(join(quietFolder, '123'), { throwIfNoEntry: false })).toBeUndefined();
    mkdirSync(join(quietFolder, '123/full'), { recursive: true });
    if (process.getuid?.() === 0) chownSync(join(quietFolder, '123'), userId, userId);
    expect(later()).toBe(false);
    expect(existsSync(join(quietFolder, '123'))).toBe(false);
  });

  test('is ignored where the site says so', () => {
    startJob('123', 500, { environment: 'JIDI_QUIET=1\0' });
    putFlag('123');
    expect(setUp({ honourJobs: false }).later()).toBe(false);
  });
});

describe('the environment of a job', () => {
  test.each([
    ['JIDI_QUIET=1\0', true],
    ['A=b\0JIDI_QUIET=1\0C=d\0', true],
    ['NOT_JIDI_QUIET=1\0', false],
    ['JIDI_QUIET=10\0', false],
    ['', false],
  ])('%j: %s', (environment, wanted) => {
    startJob('5', 600, { environment });
    const { later, figure } = setUp();
    expect(later()).toBe(wanted);
    expect(figure('jidi_agent_quiet_info environment')).toBe(wanted ? 1 : Number.NaN);
  });

  test('is looked at once per job, and forgotten with it', () => {
    startJob('5', 600, { environment: 'JIDI_QUIET=1\0' });
    const { later } = setUp();
    expect(later()).toBe(true);
    writeFileSync(join(folder, 'proc/600/environ'), '');
    expect(later()).toBe(true);
    endJob('5');
    expect(later()).toBe(false);
  });

  test('is waited for while only daemons of the scheduler are there, but not for ever', () => {
    const late = (looks: number): boolean => {
      rmSync(join(folder, 'sys/fs/cgroup/system.slice'), { recursive: true, force: true });
      rmSync(join(folder, 'proc/600'), { recursive: true, force: true });
      startJob('5', 600, { uid: 0 });
      const { later } = setUp();
      for (let look = 0; look < looks; look += 1) expect(later()).toBe(false);
      endJob('5');
      rmSync(join(folder, 'proc/600'), { recursive: true });
      startJob('5', 600, { environment: 'JIDI_QUIET=1\0' });
      return later();
    };
    expect(late(3)).toBe(true);
    expect(late(4)).toBe(false);
  });

  test('that may not be read asks for nothing', (ctx) => {
    if (process.getuid?.() === 0) ctx.skip('root may read every file: run as another user');
    startJob('5', 600, { environment: 'JIDI_QUIET=1\0' });
    chmodSync(join(folder, 'proc/600/environ'), 0);
    expect(setUp().later()).toBe(false);
  });
});

describe('the command', () => {
  test('counts until its time, also without any job', () => {
    putFlag('node', `until ${nowMs + 120_000}\n`);
    const { later, figure, mode } = setUp({ honourJobs: false });
    expect(later()).toBe(true);
    expect(figure('jidi_agent_quiet_info command')).toBe(1);
    clock.pass(120_000);
    expect(mode.isQuiet()).toBe(false);
  });

  test.each([
    ['a file of another user', `until ${nowMs + 120_000}\n`, { ownUid: strangerId }],
    ['a time far away', `until ${nowMs + 100 * 3_600_000}\n`, {}],
    ['something else', 'until tomorrow\n', {}],
  ])('does not count as %s', (_, text, options) => {
    putFlag('node', text);
    expect(setUp(options).later()).toBe(false);
  });
});
