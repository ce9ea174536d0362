// A disk that becomes full under a running collector: it says so once, goes on answering, and stores again by itself
// as soon as there is room; the agent keeps what it measured meanwhile.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runStart } from './ended-program.ts';
import { RunningJidi, until } from './running-jidi.ts';

const isRoot = process.geteuid?.() === 0;
const outageSeconds = 8;

interface Series {
  readonly samples: readonly (readonly [number, number | null])[];
}

let disk: string;
let jidi: RunningJidi;
beforeAll(async () => {
  if (!isRoot) return;
  disk = mkdtempSync(join(tmpdir(), 'jidi-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'jidi-test', disk]);
  jidi = await RunningJidi.start({ dataDir: join(disk, 'data') });
  await until('a stored tick', async () => (await newest('node_load1')).second > 0);
});
beforeEach((ctx) => {
  if (!isRoot) ctx.skip('a small file system can be mounted by root only: run the tests as root');
});
afterAll(async () => {
  if (!isRoot) return;
  await jidi.stop();
  execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true });
});

test('the collector says it once and goes on answering; nothing that was measured is lost', async () => {
  const programs = [jidi.pidOf('collector'), jidi.pidOf('agent')];
  const missed = await newest('jidi_agent_ticks_missed_total');
  fillDisk();
  await until('a word about the full disk', () => wordsAboutIt() > 0);
  // What was on its way may still find room.
  let fullSince = await newest('node_load1');
  await until('3 s without new data', async () => {
    fullSince = await newest('node_load1');
    return Date.now() / 1000 > fullSince.second + 3;
  });
  await until(
    `${outageSeconds} s without new data`,
    () => Date.now() / 1000 > fullSince.second + outageSeconds,
  );
  expect((await newest('node_load1')).second).toBe(fullSince.second);
  expect(await jidi.json<unknown[]>('/api/v1/nodes')).toMatchObject([{ name: 'n1' }]);
  expect(wordsAboutIt()).toBe(1);

  rmSync(join(disk, 'filler'));
  const freedAt = Date.now() / 1000;
  await until('data again', async () => (await newest('node_load1')).second > freedAt, 15_000);
  expect(wordsAboutIt()).toBe(1);
  expect([jidi.pidOf('collector'), jidi.pidOf('agent')]).toEqual(programs);
  const load = await samplesOf('node_load1', fullSince.second, Math.floor(freedAt));
  const absent = load.filter(([, value]) => value === null);
  const missedNow = await newest('jidi_agent_ticks_missed_total');
  expect(load.length).toBeGreaterThanOrEqual(outageSeconds);
  // A tick that a busy machine let pass is told by the agent; nothing else may be missing.
  expect(absent.length).toBeLessThanOrEqual(missedNow.value - missed.value);
});

test('a collector that is restarted while the disk is full comes up when there is room, without a crash loop', async () => {
  fillDisk();
  const killed = jidi.pidOf('collector');
  process.kill(killed, 'SIGKILL');
  await until('a new collector', () => jidi.pidOf('collector') !== killed);
  const restarted = jidi.pidOf('collector');
  await until('an answer', async () => {
    const nodes = await jidi.json<unknown[]>('/api/v1/nodes').catch(() => []);
    return nodes.length === 1;
  });
  rmSync(join(disk, 'filler'));
  const freedAt = Date.now() / 1000;
  await until('data again', async () => (await newest('node_load1')).second > freedAt, 15_000);
  expect(jidi.pidOf('collector')).toBe(restarted);
});

test('npm start on a full disk says so and ends', async () => {
  fillDisk();
  const start = await runStart(join(disk, 'other'));
  rmSync(join(disk, 'filler'));
  expect(start.code).toBe(1);
  expect(start.stderr).toContain(join(disk, 'other'));
  expect(start.stderr).toMatch(/disk is full|no space left/i);
  expect(start.stderr).not.toContain('starting it again');
  expect(start.stderr).not.toMatch(/^\s+at |node:internal/m);
});

/** Leaves not a single block. */
function fillDisk(): void {
  const filler = openSync(join(disk, 'filler'), 'w');
  for (const bytes of [Buffer.alloc(64 * 1024), Buffer.alloc(4096)]) {
    for (;;) {
      try {
        writeSync(filler, bytes);
      } catch {
        // Full.
        break;
      }
    }
  }
  closeSync(filler);
}

function wordsAboutIt(): number {
  return jidi.output.split('\n').filter((line) => line.includes('jidi-collector') && line.includes('full'))
    .length;
}

async function newest(metric: string): Promise<{ second: number; value: number }> {
  const now = Math.floor(Date.now() / 1000);
  const samples = await samplesOf(metric, now - 60, now + 1);
  const [second = 0, value = 0] = samples.findLast((sample) => sample[1] !== null) ?? [];
  return { second, value: value ?? 0 };
}

async function samplesOf(metric: string, from: number, to: number): Promise<Series['samples']> {
  const query = `metric=${metric}&from=${from}&to=${to}&step=1s`;
  const [series] = await jidi.json<Series[]>(`/api/v1/nodes/n1/metrics?${query}`);
  return series?.samples ?? [];
}
