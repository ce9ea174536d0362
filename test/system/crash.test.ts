// kill -9 at any moment: the other program goes on, data flows again soon, what was acknowledged is kept.

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { probeMetric, RawAgent } from './raw-agent.ts';
import { RunningJidi, until } from './running-jidi.ts';

const kills = 5;
const flowsAgainWithinMs = 10_000;

interface Series {
  readonly samples: readonly (readonly [number, number | null])[];
}

describe('kill -9', () => {
  let jidi: RunningJidi;
  let probe: RawAgent;
  beforeAll(async () => {
    jidi = await RunningJidi.start();
    probe = new RawAgent(agentAddress(jidi), 'probe');
  });
  afterAll(async () => {
    probe.close();
    await jidi.stop();
  });

  test('of the collector: the agent goes on, and everything acknowledged is in the store', async () => {
    const agent = jidi.pidOf('agent');
    const times = new Map<number, number>();
    const firstMs = Math.floor(Date.now() / 1000) * 1000 - 6 * 3_600_000;
    const recoveries: number[] = [];
    for (let round = 0; round < kills; round += 1) {
      await probe.connect();
      expect(probe.stored).toBeGreaterThanOrEqual(probe.acknowledged);
      await streamUntilKilled(jidi, probe, { times, firstMs });
      recoveries.push(await recovered(jidi, 'collector', Date.now()));
      expect(jidi.pidOf('agent')).toBe(agent);
    }
    expect(probe.acknowledged).toBeGreaterThan(kills * 10);
    const kept = await keptNumbers(jidi, firstMs, times.size);
    const lost = Array.from({ length: probe.acknowledged }, (_, index) => index + 1).filter(
      (sequence) => kept.get(times.get(sequence) ?? 0) !== sequence,
    );
    expect(lost).toEqual([]);
    for (const recovery of recoveries) expect(recovery).toBeLessThan(flowsAgainWithinMs);
  });

  test('of the collector: what the agent measured meanwhile arrives', async () => {
    const from = Math.floor(Date.now() / 1000);
    const missed = await missedTicks(jidi);
    process.kill(jidi.pidOf('collector'), 'SIGKILL');
    await recovered(jidi, 'collector', Date.now());
    const to = await newestSecond(jidi);
    expect(to).toBeGreaterThan(from);
    const [load] = await seriesOf(jidi, 'n1', 'node_load1', from, to);
    const absent = load?.samples.filter(([, value]) => value === null) ?? [];
    // A tick that a busy machine let pass is told by the agent; nothing else may be missing.
    expect(absent.length).toBeLessThanOrEqual((await missedTicks(jidi)) - missed);
  });

  test('of the agent: the collector goes on, and data flows again', async () => {
    const collector = jidi.pidOf('collector');
    const recoveries: number[] = [];
    for (let round = 0; round < kills; round += 1) {
      await pause(Math.random() * 1000);
      process.kill(jidi.pidOf('agent'), 'SIGKILL');
      recoveries.push(await recovered(jidi, 'agent', Date.now()));
      expect(jidi.pidOf('collector')).toBe(collector);
    }
    for (const recovery of recoveries) expect(recovery).toBeLessThan(flowsAgainWithinMs);
  });
});

interface Streamed {
  /** Time of the tick of each sequence number, seconds. */
  readonly times: Map<number, number>;
  readonly firstMs: number;
}

/** Sends numbered batches as fast as they are acknowledged until the collector is killed at a random moment. */
async function streamUntilKilled(
  jidi: RunningJidi,
  probe: RawAgent,
  { times, firstMs }: Streamed,
): Promise<void> {
  let next = (probe.stored ?? 0) + 1;
  const begunAt = probe.acknowledged;
  const killAtMs = Date.now() + 100 + Math.random() * 1_000;
  await until(
    'a moment to kill the collector at',
    () => {
      for (; next <= probe.acknowledged + 48; next += 1) {
        times.set(next, firstMs / 1000 + next);
        probe.batch(next, firstMs + next * 1000);
      }
      return Date.now() >= killAtMs && probe.acknowledged > begunAt;
    },
    10_000,
  );
  // The last ones are under way right now.
  for (let more = 0; more < 12; more += 1, next += 1) {
    times.set(next, firstMs / 1000 + next);
    probe.batch(next, firstMs + next * 1000);
  }
  process.kill(jidi.pidOf('collector'), 'SIGKILL');
}

/** How long after the restart the node's measurements arrive, ms. */
async function recovered(
  jidi: RunningJidi,
  program: 'collector' | 'agent',
  killedMs: number,
): Promise<number> {
  const before = jidi.pidOf(program);
  await until(`a new ${program}`, () => jidi.pidOf(program) !== before, 20_000);
  const restartedMs = Date.now();
  await until('new measurements', async () => (await newestSecond(jidi)) * 1000 > restartedMs, 30_000);
  expect(restartedMs - killedMs).toBeLessThan(15_000);
  return Date.now() - restartedMs;
}

async function newestSecond(jidi: RunningJidi): Promise<number> {
  const now = Math.floor(Date.now() / 1000);
  const [load] = await seriesOf(jidi, 'n1', 'node_load1', now - 60, now + 1);
  return load?.samples.findLast(([, value]) => value !== null)?.[0] ?? 0;
}

async function missedTicks(jidi: RunningJidi): Promise<number> {
  const now = Math.floor(Date.now() / 1000);
  const [missed] = await seriesOf(jidi, 'n1', 'jidi_agent_ticks_missed_total', now - 60, now + 1);
  return missed?.samples.findLast(([, value]) => value !== null)?.[1] ?? 0;
}

async function keptNumbers(
  jidi: RunningJidi,
  firstMs: number,
  count: number,
): Promise<ReadonlyMap<number, number | null>> {
  const kept = new Map<number, number | null>();
  const portion = 5_000;
  for (let from = firstMs / 1000; from <= firstMs / 1000 + count; from += portion) {
    for (const { samples } of await seriesOf(jidi, 'probe', probeMetric, from, from + portion)) {
      for (const [time, value] of samples) kept.set(time, value);
    }
  }
  return kept;
}

function seriesOf(
  jidi: RunningJidi,
  node: string,
  metric: string,
  from: number,
  to: number,
): Promise<readonly Series[]> {
  return jidi.json(`/api/v1/nodes/${node}/metrics?metric=${metric}&from=${from}&to=${to}&step=1s`);
}

function agentAddress(jidi: RunningJidi): string {
  const address = /^plain: (\S+)$/m.exec(jidi.output)?.[1];
  if (address === undefined) throw new Error(`no address for agents in:\n${jidi.output}`);
  return address;
}
