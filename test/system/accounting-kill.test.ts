// kill -9 at any moment, again and again: every item that a node generated is stored once or declared once.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { smallSegmentsMain } from './accounting/collector-program.ts';
import { isWhole, openWorld, type World } from './accounting/world.ts';
import { until } from './running-jidi.ts';

const kills = isWhole ? 100 : 4;
const timeout = isWhole ? 900_000 : 60_000;

test(`${kills} kill -9 of the collector`, { timeout }, async () => {
  const world = await openWorld();
  await startBoth(world);
  for (let kill = 0; kill < kills; kill += 1) await killCollector(world, kill);
  await expectWhole(world, `${kills} × kill -9 of the collector`);
});

test(`${kills} kill -9 of the agent`, { timeout }, async () => {
  const world = await openWorld();
  await startBoth(world);
  for (let kill = 0; kill < kills; kill += 1) await killAgent(world, kill);
  await expectWhole(world, `${kills} × kill -9 of the agent`);
});

test(`${kills} of both, with flushes and compaction under way`, { timeout }, async () => {
  const world = await openWorld({ program: smallSegmentsMain });
  await startBoth(world);
  for (let kill = 0; kill < kills; kill += 1) {
    if (Math.random() < 0.5) await killCollector(world, kill);
    else await killAgent(world, kill);
  }
  await expectWhole(world, `${kills} × kill -9 of either, small segments`);
});

async function startBoth({ collector, node }: World): Promise<void> {
  await collector.start();
  await node.start();
}

/** Mostly while it takes data, at times while it still starts. */
async function killCollector({ collector, node }: World, kill: number): Promise<void> {
  if (kill % 4 === 3) await pause(Math.random() * 800);
  else {
    const { acked } = node;
    await until('receipts', () => node.acked > acked + 5, 30_000);
    await pause(Math.random() * 300);
  }
  await collector.end('SIGKILL');
  collector.launch();
}

async function killAgent({ node }: World, kill: number): Promise<void> {
  if (kill % 4 === 3) await pause(Math.random() * 500);
  else {
    const { number } = node;
    await until('new items', () => node.number > number + 5, 30_000);
    await pause(Math.random() * 300);
  }
  await node.kill();
  node.launch();
}

async function expectWhole(world: World, fault: string): Promise<void> {
  const { faults, duplicates, generated, stored, declared } = await world.settle(fault, timeout);
  expect(faults).toEqual([]);
  expect(duplicates).toBe(0);
  expect(stored + declared).toBe(generated);
  // A kill may hit a write, and nothing else is ever lost.
  expect(declared).toBeLessThanOrEqual(kills);
  expect(generated).toBeGreaterThan(kills * 10);
  expect(world.node.errors).not.toMatch(/\n\s+at /);
}
