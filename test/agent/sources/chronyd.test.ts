// The clock's state as a real chronyd tells it. It keeps no clock here: it runs with -x, on a port of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHost } from '../../../agent/host/host.ts';
import { createClockSource } from '../../../agent/sources/health/clock.ts';
import { freePorts, isExecutable } from '../../system/machine-probes.ts';
import { RecordingSink } from './fixture-machine.ts';

const folders = ['/usr/sbin', '/usr/bin', ...(process.env['PATH'] ?? '').split(':')];
const chronyd = folders.map((folder) => `${folder}/chronyd`).find(isExecutable);
const chronyc = folders.map((folder) => `${folder}/chronyc`).find(isExecutable);

let folder = '';
let daemon: ChildProcess | undefined;

beforeEach((context) => {
  if (process.getuid?.() !== 0) context.skip('chronyd wants to be root; run the tests as root');
  if (chronyd === undefined || chronyc === undefined) {
    context.skip('chronyd or chronyc missing, install with: apt-get install chrony');
  }
  folder = mkdtempSync(join(tmpdir(), 'chronyd-'));
});

afterEach(async () => {
  if (daemon?.exitCode === null) {
    const gone = once(daemon, 'exit');
    daemon.kill();
    await gone;
  }
  daemon = undefined;
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

/** Reads the source beside a chronyd with these lines in its configuration. */
async function readBeside(lines: readonly string[]): Promise<RecordingSink> {
  const [port] = await freePorts(1);
  const configuration = join(folder, 'chrony.conf');
  const own = ['port 0', `cmdport ${port}`, 'bindcmdaddress 127.0.0.1', `pidfile ${folder}/chronyd.pid`];
  writeFileSync(configuration, [...lines, ...own, ''].join('\n'));
  const running = spawn(chronyd ?? '', ['-d', '-x', '-u', 'root', '-f', configuration]);
  daemon = running;
  // Its third line says that it is ready for questions.
  let log = '';
  running.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  while (!log.includes('root privileges')) await once(running.stderr, 'data');
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'root/run/chrony'), { recursive: true });
  const program = join(folder, 'bin/chronyc');
  writeFileSync(program, `#!/bin/sh\nexec ${chronyc} -h 127.0.0.1 -p ${port} "$@"\n`);
  chmodSync(program, 0o755);
  const roots = { proc: '/proc', sys: '/sys', root: join(folder, 'root') };
  const host = createHost({ roots, programPath: `${join(folder, 'bin')}:/bin`, firstAnswerMs: 10_000 });
  const sink = new RecordingSink();
  await createClockSource(host).read(sink);
  return sink;
}

test('a chronyd with a reference is synchronised and tells how far the clock is off', async () => {
  const sink = await readBeside(['local stratum 8']);
  expect(sink.valueOf('node_timex_sync_status')).toBe(1);
  expect(sink.valueOf('jidi_timesync_offset_seconds')).toBe(0);
  expect(sink.valueOf('jidi_timesync_info{program="chronyc"}')).toBe(1);
});

test('a chronyd without a reference is not synchronised and tells no offset', async () => {
  const sink = await readBeside([]);
  expect(sink.valueOf('node_timex_sync_status')).toBe(0);
  expect(sink.valueOf('jidi_timesync_offset_seconds')).toBeUndefined();
});
