import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FleetAgent } from '../../../../bench/fleet/agent/fleet-agent.ts';
import { FleetStatistics } from '../../../../bench/fleet/agent/fleet-statistics.ts';
import { planFleet } from '../../../../bench/fleet/values/fleet-plan.ts';
import { type CollectorEnd, makeDataDir, openCollectorEnd } from '../../../collector/ingest/collector-end.ts';
import { until } from '../../../collector/ingest/until.ts';

const everyMs = 1_000;
let startMs = 0;
let dataDir: ReturnType<typeof makeDataDir>;
let end: CollectorEnd;
let agents: FleetAgent[];

beforeEach(async () => {
  startMs = Math.floor(Date.now() / 1_000) * 1_000 - 300_000;
  dataDir = makeDataDir();
  end = await openCollectorEnd({ dataDir: dataDir.path });
  agents = [];
});

afterEach(async () => {
  for (const agent of agents) agent.stop();
  await end.crash();
  dataDir.remove();
});

function startAgent({ bufferedBatches = 720, hasControl = false } = {}) {
  const plan = planFleet({ nodes: 4, seed: 9, startMs, series: 32 });
  const [node] = plan.nodes;
  if (node === undefined) throw new Error('no node');
  const statistics = new FleetStatistics();
  const options = {
    plan,
    node,
    target: end.target,
    intervalMs: everyMs,
    sendsProcesses: true,
    isSlow: false,
  };
  const agent = new FleetAgent({ ...options, hasControl, bufferedBatches, statistics });
  agents.push(agent);
  agent.start();
  return { agent, statistics, name: node.name };
}

function tickTo(agent: FleetAgent, from: number, to: number): void {
  for (let index = from; index < to; index += 1) agent.tick(startMs + index * everyMs);
}

async function drained(agent: FleetAgent): Promise<void> {
  await until('everything acknowledged', () => {
    agent.drain(16);
    agent.beat();
    return agent.isStreaming && agent.kept === 0;
  });
}

function storedTimes(name: string): Promise<Float64Array> {
  return end.store.tickTimes(name, startMs, startMs + 3_600_000);
}

describe('FleetAgent', () => {
  it('has every tick stored once, in the order of its numbers', async () => {
    const { agent, statistics, name } = startAgent();
    await until('streams', () => agent.isStreaming);
    tickTo(agent, 0, 40);
    await drained(agent);
    expect([...(await storedTimes(name))]).toEqual(
      Array.from({ length: 40 }, (_, index) => startMs + index * everyMs),
    );
    const { put, acknowledged, refused, dropped } = statistics.spool;
    expect(acknowledged).toEqual(put);
    expect([refused.metric, refused.process, dropped.metric]).toEqual([0, 0, 0]);
    // Receipts that wait do not count.
    expect(statistics.acknowledgements.count).toBeGreaterThan(0);
  });

  it('keeps what the collector has not acknowledged, and sends it after a restart: nothing twice, nothing lost', async () => {
    const { agent, statistics, name } = startAgent();
    await until('streams', () => agent.isStreaming);
    tickTo(agent, 0, 10);
    await end.crash();
    tickTo(agent, 10, 30);
    end = await openCollectorEnd({ dataDir: dataDir.path, port: end.port });
    await until('streams', () => agent.isStreaming);
    tickTo(agent, 30, 35);
    await drained(agent);
    expect((await storedTimes(name)).length).toBe(35);
    expect(statistics.spool.acknowledged.metric).toBe(35);
    expect(end.store.statistics().duplicateTicks).toBe(0);
    expect(await end.store.gaps(name, 0, 10)).toEqual([]);
  });

  it('declares what it had to drop: stored and declared make up what was generated', async () => {
    const { agent, statistics, name } = startAgent({ bufferedBatches: 16 });
    await until('streams', () => agent.isStreaming);
    tickTo(agent, 0, 5);
    await drained(agent);
    await end.crash();
    tickTo(agent, 5, 65);
    end = await openCollectorEnd({ dataDir: dataDir.path, port: end.port });
    await drained(agent);
    const gaps = (await end.store.gaps(name, 0, 100)).filter(({ dataClass }) => dataClass === 'metric');
    const declared = gaps.reduce((sum, { count }) => sum + count, 0);
    expect(statistics.spool.dropped.metric).toBeGreaterThan(0);
    expect(declared).toBe(statistics.spool.dropped.metric);
    expect((await storedTimes(name)).length + declared).toBe(65);
  });

  it('begins a new buffer and new counters after a boot', async () => {
    const { agent, statistics, name } = startAgent();
    await until('streams', () => agent.isStreaming);
    tickTo(agent, 0, 3);
    await drained(agent);
    agent.powerOff();
    expect(agent.isOff).toBe(true);
    agent.powerOn();
    await until('streams', () => agent.isStreaming);
    tickTo(agent, 10, 13);
    await drained(agent);
    expect((await storedTimes(name)).length).toBe(6);
    expect(statistics.reboots).toBe(1);
  });

  it('refuses a command politely over its control stream', async () => {
    const { agent } = startAgent({ hasControl: true });
    await until('both streams', () => agent.isStreaming && end.handler.peers.length > 0);
    const now = Date.now();
    const request = { id: 'cmd_1', action: 'service-status', parameters: {}, requester: 'somebody' };
    const times = { issuedTimeMs: now, expiresTimeMs: now + 60_000, timeoutMs: 10_000 };
    end.handler.peers[0]?.send({ kind: 'run-command', request: { ...request, ...times } });
    await until('a report', () => end.handler.batches.length > 0);
    const [report] = end.handler.batches;
    expect(report?.payload).toMatchObject({
      kind: 'command',
      report: { commandId: 'cmd_1', state: 'refused', reason: { code: 'simulated-node' } },
    });
  });
});
