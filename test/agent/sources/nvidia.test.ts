// The source beside a real program that plays nvidia-smi, well and badly.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHost, type Host } from '../../../agent/host/host.ts';
import { createNvidiaSource } from '../../../agent/sources/gpu/nvidia.ts';
import type { Source } from '../../../agent/sources/source.ts';
import { errorMessage } from '../../../shared/errors.ts';
import { until } from '../../executor/until.ts';
import { TurnedClock } from '../sampler/turned-clock.ts';
import { copyMachine, RecordingSink } from './fixture-machine.ts';

const utilization = 'jidi_gpu_utilization_ratio{gpu="0"}';
const longestAgeMs = 15_000;

let machine: ReturnType<typeof copyMachine>;
let clock: TurnedClock;
let host: Host;
let source: Source;

beforeEach(() => {
  machine = copyMachine('nvidia');
  clock = new TurnedClock(1_700_000_000_000);
  host = createHost({
    roots: {
      proc: join(machine.folder, 'proc'),
      sys: join(machine.folder, 'sys'),
      root: join(machine.folder, 'root'),
    },
    clock,
    programPath: `${join(machine.folder, 'bin')}:/usr/bin:/bin`,
    firstAnswerMs: 1_000,
  });
  source = createNvidiaSource(host);
});
afterEach(() => {
  source.close();
  machine.dispose();
});

/** nvidia-smi, with `$folder` for the machine's files; NVLink is asked of nobody. */
function says(body: string): void {
  const script = `#!/bin/sh\nfolder="\${0%/*}/.."\n[ "$1" = nvlink ] && exit 1\n${body}\n`;
  writeFileSync(join(machine.folder, 'bin/nvidia-smi'), script, { mode: 0o755 });
}

interface Tick {
  readonly sink: RecordingSink;
  readonly failure: string | null;
}

async function tick(): Promise<Tick> {
  const sink = new RecordingSink();
  try {
    await source.read(sink);
    return { sink, failure: null };
  } catch (error) {
    return { sink, failure: errorMessage(error) };
  }
}

/** Ticks without that time passes, until one is as wanted. */
async function tickUntil(isWanted: (tick: Tick) => boolean): Promise<Tick> {
  let last = await tick();
  const deadline = performance.now() + 5_000;
  while (!isWanted(last)) {
    if (performance.now() > deadline) throw new Error(`the last tick: ${last.failure} ${last.sink.render()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
    last = await tick();
  }
  return last;
}

test('values are those of the newest document, and go when it is older than three intervals', async () => {
  says(`cat "$folder/nvidia-smi.xml"; exec sleep 60`);
  const first = await tick();
  expect(first.failure).toBeNull();
  expect(first.sink.valueOf(utilization)).toBe(0.97);
  expect([...host.gpuProcesses().keys()]).toEqual([48_121, 51_980]);
  clock.pass(longestAgeMs);
  expect((await tick()).sink.render()).toBe(first.sink.render());
  clock.pass(1);
  const later = await tick();
  expect(later.failure).toBe('read nvidia-smi -q -x: nvidia-smi has printed nothing whole for 15 s');
  expect(later.sink.valueOf(utilization)).toBeUndefined();
  expect(host.gpuProcesses().size).toBe(0);
});

test('a newer document replaces all values of the older one', async () => {
  says(`cat "$folder/nvidia-smi.xml"
while ! [ -e "$folder/go" ]; do sleep 0.02; done
cat "$folder/documents/r570-h200.xml"; exec sleep 60`);
  expect((await tick()).sink.valueOf(utilization)).toBe(0.97);
  writeFileSync(join(machine.folder, 'go'), '');
  const { sink } = await tickUntil((last) => last.sink.valueOf(utilization) === 0);
  expect(sink.valueOf('jidi_gpu_utilization_ratio{gpu="1"}')).toBeUndefined();
  expect(sink.valueOf('jidi_gpu_pcie_replays_total{gpu="1"}')).toBeUndefined();
  expect(host.gpuProcesses().size).toBe(0);
});

test('half a document gives no value, and a whole one after it does', async () => {
  says(`head -c 9000 "$folder/nvidia-smi.xml"
while ! [ -e "$folder/go" ]; do sleep 0.02; done
cat "$folder/nvidia-smi.xml"; exec sleep 60`);
  const reading = tick();
  await clock.advance(1_000);
  const starting = await reading;
  expect(starting.failure).toBeNull();
  expect(starting.sink.recorded.size).toBe(0);
  clock.pass(longestAgeMs + 1);
  expect((await tick()).failure).toBe('read nvidia-smi -q -x: ETIMEDOUT');
  writeFileSync(join(machine.folder, 'go'), '');
  const { failure } = await tickUntil((last) => last.sink.valueOf(utilization) === 0.97);
  expect(failure).toBeNull();
});

test('garbage that ends like a document gives no value and is told', async () => {
  says(
    `printf '<nvidia_smi_log><gpu id="x"><utilization><gpu_util>5 %%</gpu_util></nvidia_smi_log>'; exec sleep 60`,
  );
  const { sink, failure } = await tick();
  expect(failure).toBe('read nvidia-smi -q -x: EBADMSG');
  expect([...sink.recorded.keys()].filter((name) => !name.startsWith('jidi_gpu_xid'))).toEqual([]);
});

test('a program that never prints delays no tick but the first, and is told after its time', async () => {
  says('exec sleep 60');
  const reading = tick();
  await clock.advance(1_000);
  expect((await reading).failure).toBeNull();
  const sink = new RecordingSink();
  expect(source.read(sink)).toBeUndefined();
  clock.pass(longestAgeMs);
  expect((await tick()).failure).toBe('read nvidia-smi -q -x: ETIMEDOUT');
  clock.pass(60_000);
  expect((await tick()).failure).toBe('read nvidia-smi -q -x: nvidia-smi has printed nothing whole for 60 s');
});

test('a program that ends at once is told with what it said, and XID errors are counted all the same', async () => {
  says(`echo "Unable to determine the device handle for GPU0000:18:00.0: Unknown Error"; exit 15`);
  const { sink, failure } = await tick();
  expect(failure).toBe(
    'read nvidia-smi -q -x: nvidia-smi ended (exit code 15): Unable to determine the device handle for GPU0000:18:00.0: Unknown Error',
  );
  expect(sink.render()).toContain('jidi_gpu_xid_errors_total{gpu="0000:5d:00",xid="79"} 1\n');
});

test('too long a document ends the program', async () => {
  says(`head -c 5000000 /dev/zero; exec sleep 60`);
  const { failure } = await tick();
  expect(failure).toBe('read nvidia-smi -q -x: nvidia-smi printed more than 4194304 bytes in one document');
});

test('closing ends the program and takes the memory of processes back', async () => {
  says(`echo $$ > "$folder/pid"; cat "$folder/nvidia-smi.xml"; exec sleep 60`);
  await tick();
  expect(host.gpuProcesses().size).toBe(2);
  source.close();
  expect(host.gpuProcesses().size).toBe(0);
  const pid = Number(host.readText(join(machine.folder, 'pid')));
  await until(() => host.fileFacts(`/proc/${pid}`) === null);
});

test('without a right to the kernel log only the XID errors are lacking', async () => {
  rmSync(join(machine.folder, 'root/dev/kmsg'));
  const { sink, failure } = await tick();
  expect(failure).toBeNull();
  expect(sink.valueOf(utilization)).toBe(0.97);
  expect(sink.render()).not.toContain('xid');
  expect(source.lacks?.()).toEqual([
    {
      what: 'XID errors of the NVIDIA driver',
      reason: `read ${machine.folder}/root/dev/kmsg: ENOENT`,
      remedy: expect.stringContaining('dmesg_restrict'),
    },
  ]);
});

test('it is absent without a driver, also where nvidia-smi is installed', () => {
  rmSync(join(machine.folder, 'proc/driver'), { recursive: true });
  expect(source.probe()).toMatchObject({ present: false });
});
