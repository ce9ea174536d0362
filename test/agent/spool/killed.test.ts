// An agent that is killed again and again, and a collector that goes away meanwhile: every tick that was put arrives, once,
// or is declared.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../../collector/ingest/until.ts';
import { agent } from '../uplink/agent-end.ts';
import { rangesCollector } from '../uplink/ranges-collector.ts';
import { firstMs } from './payloads.ts';
import { newFolder, range } from './spool-world.ts';

const kills = 20;

test(`nothing is lost and nothing comes twice over ${kills} kill -9`, { timeout: 180_000 }, async () => {
  const folder = newFolder();
  let collector = await rangesCollector();
  const put: number[] = [];
  for (let kill = 1; kill <= kills; kill += 1) {
    const told = await runAndKill(folder, collector.target, (put.at(-1) ?? 0) + 10);
    expect(told.length).toBeGreaterThan(0);
    put.push(...told);
    if (kill % 3 === 0) collector.crash();
    if (kill % 3 === 1 && kill > 1) collector = await rangesCollector(collector);
  }
  collector.crash();
  collector = await rangesCollector(collector);
  const { spool, telemetry } = agent(collector.target, { folder });
  const { next } = spool.held('metric');
  telemetry.start();
  await until('all acknowledged', () => spool.statistics.batches === 0, 30_000);

  const [books, ...others] = collector.all;
  expect(others).toEqual([]);
  const ofClass = (dataClass: string) => books?.taken.filter((taken) => taken.dataClass === dataClass) ?? [];
  const arrived = ofClass('metric').flatMap(({ payload }) =>
    payload.kind === 'metrics' ? payload.ticks.map(({ timeMs }) => (timeMs - firstMs) / 1000) : [],
  );
  const declared = books?.declared.filter(({ dataClass }) => dataClass === 'metric') ?? [];
  const lost = declared.reduce((sum, { count }) => sum + count, 0);
  // A kill may hit a write: that one tick was not put yet, and is declared.
  expect(lost).toBeLessThanOrEqual(kills);
  const missing = put.filter((number) => !arrived.includes(number));
  expect(missing).toEqual([]);
  expect(new Set(arrived).size).toBe(arrived.length);
  expect(arrived.length + lost).toBe(next - 1);
  expect(books?.of('metric').sequence).toBe(next - 1);
  expect(books?.notHeld).toEqual([]);
  expect(ofClass('process').length).toBeGreaterThanOrEqual(put.length);
  expect(
    ofClass('metric')
      .map(({ sequence }) => sequence)
      .toSorted((one, other) => one - other),
  ).toEqual(lost === 0 ? range(1, next - 1) : expect.anything());
});

/** Numbers of the ticks that were put before the end. */
async function runAndKill(folder: string, target: string, first: number): Promise<readonly number[]> {
  const program = join(import.meta.dirname, 'put-for-ever.ts');
  const child = spawn(process.execPath, [program, folder, target, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const wanted = Math.ceil(Math.random() * 60);
  await until(`${wanted} ticks`, () => output.split('\n').length > wanted, 20_000);
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
  const lines = output.split('\n').slice(0, -1);
  return lines.map(Number);
}
