// The source on a recorded machine whose files are damaged, and whose driver hangs.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BackgroundFiles } from '../../../agent/host/background-files.ts';
import { createHost, type Host } from '../../../agent/host/host.ts';
import { createAmdSource } from '../../../agent/sources/gpu/amd.ts';
import type { Source } from '../../../agent/sources/source.ts';
import { errorMessage } from '../../../shared/errors.ts';
import { until } from '../../executor/until.ts';
import { TurnedClock } from '../sampler/turned-clock.ts';
import { copyMachine, RecordingSink } from './fixture-machine.ts';

const busy = 'node_drm_gpu_busy_percent{card="card1"}';
const intervalMs = 5_000;

let machine: ReturnType<typeof copyMachine>;
let clock: TurnedClock;
let host: Host;
let source: Source;
/** The file that was asked for last. */
let asked: string;

beforeEach(() => {
  machine = copyMachine('amd');
  clock = new TurnedClock(1_700_000_000_000);
  const [proc, sys, root] = ['proc', 'sys', 'root'].map((tree) => join(machine.folder, tree)) as [
    string,
    string,
    string,
  ];
  host = noting(createHost({ roots: { proc, sys, root }, clock, firstAnswerMs: 1_000 }));
  source = createAmdSource(host);
});
afterEach(() => {
  source.close();
  machine.dispose();
});

function noting(real: Host): Host {
  const backgroundFiles = (deadlineMs: number): BackgroundFiles => {
    const files = real.backgroundFiles(deadlineMs);
    const readText = (path: string): Promise<string> => {
      asked = path;
      return files.readText(path);
    };
    return {
      readText,
      readOnce: (path) => files.readOnce(path),
      list: (path) => files.list(path),
      get hanging() {
        return files.hanging;
      },
      close: () => files.close(),
    };
  };
  return { ...real, backgroundFiles };
}

const pathOf = (path: string): string => join(machine.folder, 'sys/class', path);

async function read(from: Source = source): Promise<{ sink: RecordingSink; failure: string | null }> {
  const sink = new RecordingSink();
  try {
    await from.read(sink);
    return { sink, failure: null };
  } catch (error) {
    return { sink, failure: errorMessage(error) };
  }
}

test('a tick shows the pass before it; a new pass begins after 5 s', async () => {
  expect((await read()).sink.valueOf(busy)).toBe(93);
  writeFileSync(pathOf('drm/card1/device/gpu_busy_percent'), '41\n');
  expect((await read()).sink.valueOf(busy)).toBe(93);
  clock.pass(intervalMs);
  const sink = new RecordingSink();
  // It does not wait for the pass that it begins.
  expect(source.read(sink)).toBeUndefined();
  expect(sink.valueOf(busy)).toBe(93);
  await until(() => {
    const later = new RecordingSink();
    void source.read(later);
    return later.valueOf(busy) === 41;
  });
});

test('memory of processes is summed over the GPUs', async () => {
  await read();
  expect([...host.gpuProcesses()].toSorted(([a], [b]) => a - b)).toEqual([
    [70_112, 232_002_005_760],
    [70_455, 0],
  ]);
  source.close();
  expect(host.gpuProcesses().size).toBe(0);
});

test('the chip has the name that node_exporter gives its sensors, beside the labels of the card', async () => {
  const real = join(machine.folder, 'sys/devices/pci0000:00/0000:00:03.1/0000:0A:00.0');
  mkdirSync(join(real, 'drm'), { recursive: true });
  cpSync(pathOf('drm/card1/device'), real, { recursive: true });
  cpSync(pathOf('drm/card1'), join(real, 'drm/card1'), { recursive: true });
  rmSync(pathOf('drm/card1'), { recursive: true });
  symlinkSync(join(real, 'drm/card1'), pathOf('drm/card1'));
  const lines = (await read()).sink.render().split('\n');
  const withChip = lines.filter((line) => line.includes('chip="0000:00:03_1_0000:0a:00_0"'));
  expect(withChip.map((line) => line.slice(0, line.indexOf('{')))).toEqual(['jidi_gpu_info']);
});

test('a driver that hangs delays no tick; its values go, nothing else is asked, and it recovers', async () => {
  await read();
  const path = pathOf('drm/card1/device/gpu_busy_percent');
  // A new source opens every file; a pipe that nobody writes to does not come back from that.
  source.close();
  rmSync(path);
  execFileSync('mkfifo', [path]);
  const first = read();
  await until(() => asked === path);
  await clock.advance(1_000);
  expect(await first).toMatchObject({ failure: null });
  await clock.advance(1_000);
  expect((await read()).failure).toBe(`read ${path}: ETIMEDOUT: no values`);
  for (let i = 0; i < 4; i += 1) {
    clock.pass(intervalMs);
    const sink = new RecordingSink();
    expect(() => source.read(sink)).toThrow(/ETIMEDOUT|EINPROGRESS/);
    expect(sink.recorded.size).toBe(0);
    await clock.advance(0);
  }
  // Somebody writes: the call comes back.
  const writer = openSync(path, 'r+');
  rmSync(path);
  writeFileSync(path, '12\n');
  await until(() => {
    clock.pass(intervalMs);
    const sink = new RecordingSink();
    try {
      void source.read(sink);
    } catch {
      return false;
    }
    return sink.valueOf(busy) === 12;
  });
  closeSync(writer);
});

test('damaged files never give a made-up value', async () => {
  const whole = (await read()).sink;
  const files = readdirSync(pathOf('drm'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.includes('card1'))
    .map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(25);
  for (const path of files) {
    const content = readFileSync(path);
    for (const damage of [
      content.subarray(0, -1),
      Buffer.from('-1 0x\u00ff\n'),
      Buffer.from('18446744073709551615\n'),
    ]) {
      writeFileSync(path, damage);
      const damaged = createAmdSource(host);
      for (const [series, { value }] of (await read(damaged)).sink.recorded) {
        const isFact = series.startsWith('node_drm_card_info') || series.startsWith('jidi_gpu_info');
        if (!isFact) expect(value, `${series} with ${path} ${damage.toString()}`).toBe(whole.valueOf(series));
      }
      damaged.close();
    }
    writeFileSync(path, content);
  }
});

test('it is absent where no card has the driver', () => {
  for (const card of ['card1', 'card2', 'card3']) rmSync(pathOf(`drm/${card}`), { recursive: true });
  expect(source.probe()).toMatchObject({ present: false, reason: expect.stringContaining('amdgpu') });
});
