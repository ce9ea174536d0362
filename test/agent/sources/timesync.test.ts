// The clock's keepers: what chronyc and ntpq print, the mark of systemd-timesyncd, programs that are silent.
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Host } from '../../../agent/host/host.ts';
import type { ProgramResult } from '../../../agent/host/programs.ts';
import { createClockSource } from '../../../agent/sources/health/clock.ts';
import { parseChronyTracking, parseNtpVariables } from '../../../agent/sources/health/time-answers.ts';
import { copyMachine, fixtureHost, RecordingSink } from './fixture-machine.ts';

const tracking = (offset: string, leap: string): string =>
  `0A000001,10.0.0.1,3,1690000123.456789000,${offset},-0.000004567,0.000023456,-12.345,0.001,0.023,0.002,0.001,64.2,${leap}\n`;

test('a clock that is behind has a positive offset', () => {
  expect(parseChronyTracking(tracking('0.000500000', 'Normal'))).toEqual({
    isSynchronised: true,
    offsetSeconds: 0.0005,
    maxErrorSeconds: 0.0025,
  });
  expect(parseChronyTracking(tracking('-0.250000000', 'Insert second'))?.offsetSeconds).toBe(-0.25);
});

test('a clock without a reference has no offset', () => {
  const state = parseChronyTracking(tracking('0.000000000', 'Not synchronised'));
  expect(state).toEqual({
    isSynchronised: false,
    offsetSeconds: Number.NaN,
    maxErrorSeconds: Number.NaN,
  });
});

test.each([
  '',
  '506 Cannot talk to daemon\n',
  tracking('0.1', 'Normal').slice(0, -1),
  tracking('0.1', 'Norm'),
])('chronyc that prints %j tells nothing', (text) => {
  expect(parseChronyTracking(text)).toBeNull();
});

test('the variables of ntpd are milliseconds', () => {
  const text =
    'associd=0 status=0615 leap_none, sync_ntp,\nrootdelay=1.250, rootdisp=15.125,\noffset=+0.375, x=1\n';
  expect(parseNtpVariables(text)).toEqual({
    isSynchronised: true,
    offsetSeconds: 0.000375,
    maxErrorSeconds: 0.016125,
  });
  expect(parseNtpVariables(text.replace('leap_none', 'leap_alarm'))?.isSynchronised).toBe(false);
  expect(parseNtpVariables('ntpq: read: Connection refused\n')).toBeNull();
});

/** The machine with no chronyd but the folder of systemd-timesyncd, whose mark is so old. */
async function withTimesyncd(ageMs: number | null): Promise<RecordingSink> {
  const { folder, dispose } = copyMachine('two-socket');
  rmSync(join(folder, 'root/run/chrony'), { recursive: true });
  const marks = join(folder, 'root/run/systemd/timesync');
  mkdirSync(marks, { recursive: true });
  if (ageMs !== null) {
    writeFileSync(join(marks, 'synchronized'), '');
    const changed = (Date.now() - ageMs) / 1000;
    utimesSync(join(marks, 'synchronized'), changed, changed);
  }
  const sink = new RecordingSink();
  await createClockSource(fixtureHost(folder)).read(sink);
  dispose();
  return sink;
}

test.each([
  ['young', 60_000, 1],
  ['old', 2 * 3_600_000, 0],
  ['not there', null, 0],
])('the mark of systemd-timesyncd is %s', async (_, ageMs, state) => {
  const sink = await withTimesyncd(ageMs);
  expect(sink.valueOf('node_timex_sync_status')).toBe(state);
  expect(sink.valueOf('jidi_timesync_info{program="timesyncd"}')).toBe(1);
  expect(sink.render()).not.toContain('offset');
});

test('a program that is slow is waited for only so long, and its answer is told at the next reading', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const answer = Promise.withResolvers<ProgramResult>();
  const host: Host = { ...fixtureHost(folder), firstAnswerMs: 10, run: () => answer.promise };
  const source = createClockSource(host);
  const first = new RecordingSink();
  await source.read(first);
  expect(first.recorded.size).toBe(0);
  answer.resolve({ exitCode: 0, stdout: tracking('0.5', 'Normal'), stderr: '' });
  await setImmediate();
  const second = new RecordingSink();
  await source.read(second);
  expect(second.valueOf('jidi_timesync_offset_seconds')).toBe(0.5);
  dispose();
});

test('a program that fails is a failure of this source that names it', async () => {
  const { folder, dispose } = copyMachine('two-socket');
  const stdout = '506 Cannot talk to daemon\n';
  const host: Host = {
    ...fixtureHost(folder),
    run: () => Promise.resolve({ exitCode: 1, stdout, stderr: '' }),
  };
  await expect(createClockSource(host).read(new RecordingSink())).rejects.toThrow('chronyc');
  dispose();
});
