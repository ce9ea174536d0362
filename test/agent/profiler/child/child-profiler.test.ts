// The life of the profiler's child, with programs that misbehave in place of the profiler and of perf.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChildProfiler, type ChildProfilerOptions } from '../../../../agent/profiler/child/child-profiler.ts';
import type { ProfileReport, ProfileRequest } from '../../../../shared/model/profile.ts';
import { profileRequest } from '../../../shared/model/some-profile.ts';
import { wholeProcess } from '../../../shared/model/whole-process.ts';
import { takeProfile } from '../take-profile.ts';

const main = fileURLToPath(new URL('../../../../agent/profiler/main.ts', import.meta.url));
const refusal = 'Access to performance monitoring and observability operations is limited.';

describe('ChildProfiler', () => {
  let folder: string;
  let profilers: ChildProfiler[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jidi-child-profiler-'));
    profilers = [];
  });
  afterEach(async () => {
    await Promise.all(profilers.map((profiler) => profiler.close()));
    expect(readdirSync(folder).filter((name) => name.startsWith('jidi-profile-'))).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  const create = (options: ChildProfilerOptions = {}): ChildProfiler => {
    const profiler = new ChildProfiler({ folder, ...options });
    profilers.push(profiler);
    return profiler;
  };
  const request = (change: Partial<ProfileRequest> = {}): ProfileRequest => ({
    ...profileRequest({ target: wholeProcess(process.pid, null), durationMs: 1000, callGraph: 'fp' }),
    ...change,
  });
  const last = async (
    profiler: ChildProfiler,
    change: Partial<ProfileRequest> = {},
  ): Promise<ProfileReport> => (await takeProfile(profiler, request(change))).last;
  /** Does as if it were ready, and begun. */
  const obedient =
    'for word in disable enable; do read -r said; printf "ack\\n" >&4; done <&3 2> /dev/null; ';
  const fakePerf = (script: string): string => {
    const path = join(folder, 'perf');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  test.each<[string, string, RegExp]>([
    ['crashes', 'process.stderr.write("\\x1b[31mboom"); process.exit(3)', /\\x1b\[31mboom/],
    ['is killed', 'process.kill(process.pid, "SIGKILL")', /SIGKILL/],
    ['ends without a word', '', /exit code 0/],
    ['talks nonsense', 'console.log("hello"); setInterval(() => 0, 1000)', /no report/],
    ['never ends a line', 'process.stdout.write("x".repeat(3e6)); setInterval(() => 0, 1000)', /SIGKILL/],
  ])('a program that %s makes a failed profile', async (_, code, message) => {
    const report = await last(create({ program: ['-e', code] }));
    expect(report).toMatchObject({ status: 'failed', reason: { code: 'profiler-crashed' } });
    expect(report.reason?.message).toMatch(message);
    expect(report.reason?.remedy).not.toBe('');
  });

  test('a program that hangs is killed after duration and grace', async () => {
    const profiler = create({ program: ['-e', 'setInterval(() => 0, 1000)'], graceMs: 200 });
    expect(await last(profiler, { durationMs: 1 })).toMatchObject({
      status: 'failed',
      reason: { code: 'profiler-overdue' },
    });
    expect(profiler.runningCount).toBe(0);
  });

  test('close ends a program that does not listen, which reports stopped', async () => {
    const profiler = create({ program: ['-e', 'setInterval(() => 0, 1000)'], closeMs: 100 });
    const ended = last(profiler);
    await profiler.close();
    expect(await ended).toMatchObject({ status: 'stopped', reason: null });
    expect(await last(profiler, { id: 'late' })).toMatchObject({ status: 'stopped' });
  });

  test('refuses one profile too many, and takes an id only once', async () => {
    const profiler = create({ program: ['-e', 'setInterval(() => 0, 1000)'], concurrency: 2, closeMs: 100 });
    const reports: ProfileReport[] = [];
    profiler.start(request({ id: 'a' }), (report) => reports.push(report));
    profiler.start(request({ id: 'b' }), (report) => reports.push(report));
    profiler.start(request({ id: 'a' }), () => expect.unreachable());
    expect(await last(profiler, { id: 'c' })).toMatchObject({
      status: 'failed',
      reason: { code: 'too-many-profiles' },
    });
    await profiler.close();
    expect(reports.map(({ profileId, status }) => `${profileId} ${status}`).sort()).toEqual([
      'a stopped',
      'b stopped',
    ]);
    profiler.stop('unknown');
  });

  test('whoever asks again for a profile that is over gets its last report', async () => {
    const profiler = create({ program: ['-e', ''] });
    const first = await last(profiler, { id: 'again' });
    expect(first).toMatchObject({ status: 'failed', reason: { code: 'profiler-crashed' } });
    expect(await last(profiler, { id: 'again' })).toEqual(first);
    expect(profiler.runningCount).toBe(0);
  });

  test('a recording that would be too large is refused before perf runs, with figures and a remedy', async () => {
    const report = await last(create({ perfPath: fakePerf('exit 3') }), {
      target: { kind: 'node' },
      callGraph: 'dwarf',
      durationMs: 300_000,
      frequencyHz: 2000,
    });
    expect(report).toMatchObject({ status: 'failed', reason: { code: 'too-many-samples' } });
    expect(report.reason?.message).toMatch(/[\d,]+ samples and [\d,]+ MiB/);
    expect(report.reason?.remedy).toContain('times smaller');
  });

  test('a folder that cannot be made is said', async () => {
    expect(await last(create({ folder: join(folder, 'absent') }))).toMatchObject({
      status: 'failed',
      reason: { message: expect.stringContaining('ENOENT') },
    });
  });

  test('a process that does not exist', async () => {
    const report = await last(create(), { target: wholeProcess(2 ** 22 + 1, null) });
    expect(report).toMatchObject({ status: 'failed', process: null, reason: { code: 'process-gone' } });
  });

  test('a process that began at another time', async () => {
    const report = await last(create(), { target: wholeProcess(process.pid, 1_000_000) });
    expect(report).toMatchObject({ status: 'failed', reason: { code: 'pid-reused' } });
    expect(report.reason?.message).toContain('1970-01-01T00:16:40.000Z');
  });

  test('a missing perf names the packages', async () => {
    const report = await last(create({ perfPath: join(folder, 'absent') }));
    expect(report).toMatchObject({ status: 'failed', reason: { code: 'perf-missing' } });
    expect(report.process).toMatchObject({ pid: process.pid });
    expect(report.reason?.remedy).toContain('apt-get install linux-perf');
    expect(report.reason?.remedy).toContain('dnf install perf');
  });

  test.each<[string, string, string]>([
    ['refused by the kernel', `echo '${refusal}' >&2; exit 255`, 'perf-forbidden'],
    ['refused with EACCES', 'echo "failed to open: Permission denied" >&2; exit 1', 'perf-forbidden'],
    [
      'a script without its program',
      'echo "WARNING: perf not found for kernel 6.8.0" >&2; exit 2',
      'perf-missing',
    ],
    ['a process gone meanwhile', 'echo "thread/CPU maps: No such process" >&2; exit 244', 'process-gone'],
    ['anything else', 'echo "unknown option" >&2; exit 129', 'perf-failed'],
  ])('perf %s', async (_, script, code) => {
    const report = await last(create({ perfPath: fakePerf(script) }));
    expect(report).toMatchObject({ status: 'failed', samples: 0, reason: { code } });
    expect(report.reason?.remedy).not.toBe('');
  });

  test('perf gets no settings and no address for symbols from outside', async () => {
    const report = await last(create({ perfPath: fakePerf('env | sort | tr "\\n" " " >&2; exit 1') }));
    const names = (report.reason?.message ?? '').match(/\b[A-Z_]+(?==)/g);
    expect(names?.filter((name) => !['PWD', 'SHLVL', 'OLDPWD', '_'].includes(name))).toEqual([
      'HOME',
      'LC_ALL',
      'PAGER',
      'PATH',
      'PERF_CONFIG',
      'TMPDIR',
    ]);
  });

  test('stopped before perf wrote anything, it is stopped without samples', async () => {
    const profiler = create({
      perfPath: fakePerf(`test "$1" = record || exit 1; ${obedient}exec sleep 30`),
    });
    const { last: report } = await takeProfile(profiler, request({ durationMs: 20_000 }), ({ status }) => {
      if (status === 'running') profiler.stop('p1');
    });
    expect(report).toMatchObject({ status: 'stopped', samples: 0, reason: null });
  });

  test('when the agent is gone, the program ends perf and leaves nothing behind', async () => {
    const own = join(folder, 'own');
    mkdirSync(own);
    const pidFile = join(folder, 'perf.pid');
    const perfPath = fakePerf(`echo $$ > ${pidFile}; ${obedient}exec sleep 60`);
    const child = spawn(process.execPath, [main], { env: {}, stdio: ['pipe', 'pipe', 'inherit'] });
    const message = {
      kind: 'start',
      request: request({ durationMs: 60_000 }),
      folder: own,
      perfPath,
      searchPath: '',
    };
    child.stdin.write(`${JSON.stringify(message)}\n`);
    const answer = `${JSON.stringify({ kind: 'answer', reason: null })}\n`;
    // A report with progress comes a second after perf was started.
    for await (const bytes of child.stdout) {
      if (String(bytes).includes('"need"')) child.stdin.write(answer);
      if (/"progress":0\.0/.test(String(bytes))) break;
    }
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(existsSync(own)).toBe(false);
    // An init that does not reap leaves a zombie.
    const stat = `/proc/${readFileSync(pidFile, 'utf8').trim()}/stat`;
    await vi.waitFor(() => expect(existsSync(stat) ? readFileSync(stat, 'utf8') : ') Z').toContain(') Z'));
  });
});
