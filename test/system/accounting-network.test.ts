// A network that breaks in the middle of a frame, a collector that is away for long, a node whose clock is set, batches
// that come twice and in any order: what was generated is stored once or declared once.
import { expect, test } from 'vitest';
import { helloOf, RawTelemetry } from '../collector/ingest/raw-agent.ts';
import { account } from './accounting/account.ts';
import type { GeneratedItem } from './accounting/ledger.ts';
import { nodeName, numberOf, snapshot, tick, timeOf } from './accounting/numbered-items.ts';
import { openNumberedStore, readStoredItems } from './accounting/stored-items.ts';
import { noteRow } from './accounting/table.ts';
import { isWhole, openWorld } from './accounting/world.ts';
import { until } from './running-jidi.ts';

const cuts = isWhole ? 300 : 12;

test(`a network that is cut ${cuts} times at random bytes`, { timeout: 600_000 }, async () => {
  const world = await openWorld();
  await world.collector.start();
  world.cable.breakAfter(() => 1 + Math.floor(Math.random() ** 2 * 12_000));
  await world.node.start();
  await until('the cuts', () => world.cable.cuts >= cuts, 500_000);
  world.cable.breakAfter(() => Number.POSITIVE_INFINITY);
  const { faults, ...sums } = await world.settle(`${cuts} × cut at a random byte`, 120_000);
  expect(faults).toEqual([]);
  expect(sums).toMatchObject({ declared: 0, duplicates: 0, stored: sums.generated });
});

test('an outage of 800 ticks: what is new comes first, then all the rest', { timeout: 180_000 }, async () => {
  const world = await openWorld({ node: { perSecond: 250, pace: { burst: 40, least: 100, most: 150 } } });
  const { collector, cable, node, firstMs } = world;
  cable.refuses = true;
  await node.start();
  await until('a backlog', () => node.number > 800, 60_000);
  await collector.start();
  const backAt = node.number;
  const newest = () => newestTick(collector.consoleUrl, firstMs);
  await until('what is new', async () => (await newest()) >= backAt, 60_000);
  // The backlog is far from over: new items did not wait for it.
  expect(node.acked).toBeLessThan(600);
  node.say('pause');
  const { faults, ...sums } = await world.settle('outage of 800 ticks', 120_000);
  expect(faults).toEqual([]);
  expect(sums).toMatchObject({ declared: 0, duplicates: 0, stored: sums.generated });
});

test('an outage that outlasts the buffer: the oldest are declared', { timeout: 180_000 }, async () => {
  const world = await openWorld({ node: { perSecond: 1_000, diskBytes: 256 * 1024 } });
  const { collector, cable, node } = world;
  cable.refuses = true;
  await node.start();
  await until('a buffer that is full', () => node.number > 3_500, 60_000);
  await collector.start();
  const { acked } = node;
  await until('receipts', () => node.acked > acked + 100, 60_000);
  const { faults, ...sums } = await world.settle('outage beyond the buffer', 120_000);
  expect(faults).toEqual([]);
  expect(sums.declared).toBeGreaterThan(100);
  expect(sums).toMatchObject({ duplicates: 0, stored: sums.generated - sums.declared });
});

test.each([3_600_000, -3_600_000])('a clock that is set by %d ms', { timeout: 120_000 }, async (jumpMs) => {
  const world = await openWorld();
  const { collector, node } = world;
  await collector.start();
  await node.start();
  for (const jump of [jumpMs, -jumpMs]) {
    const { number } = node;
    await until('items', () => node.number > number + 60, 60_000);
    node.say(`jump ${jump}`);
  }
  const { number } = node;
  await until('items', () => node.number > number + 60, 60_000);
  const { faults, ...sums } = await world.settle(`clock set by ${jumpMs / 60_000} min and back`);
  expect(faults).toEqual([]);
  expect(sums).toMatchObject({ declared: 0, duplicates: 0, stored: sums.generated });
});

test('batches that come twice and in any order', { timeout: 120_000 }, async () => {
  const { collector, cable, firstMs } = await openWorld();
  await collector.start();
  const count = isWhole ? 2_000 : 300;
  const ledger: GeneratedItem[] = [];
  const { spoolId } = helloOf(nodeName);
  for (let number = 1; number <= count; number += 1) {
    for (const dataClass of ['metric', 'process'] as const) {
      ledger.push({ dataClass, number, spoolId, sequence: number });
    }
  }
  for (let pass = 0; pass < 3; pass += 1) {
    const agent = new RawTelemetry(cable.address);
    agent.hello(helloOf(nodeName));
    await agent.heard('welcome');
    for (const { dataClass, number } of disordered(ledger)) {
      const payload =
        dataClass === 'metric'
          ? tick(timeOf(firstMs, number), number)
          : snapshot(timeOf(firstMs, number), number);
      agent.batch({ sequence: number, payload });
    }
    if (pass === 2) {
      await agent.acknowledged('metric', count);
      await agent.acknowledged('process', count);
    } else await agent.heard('ack', 1);
    agent.close();
  }
  await collector.end('SIGTERM');
  const store = await openNumberedStore(collector.dataDir);
  const { faults, ...sums } = account(ledger, await readStoredItems(store, spoolId, firstMs), firstMs);
  await store.close();
  noteRow('every batch up to six times, in disorder', { ...sums, faults });
  expect(faults).toEqual([]);
  expect(sums).toEqual({ generated: 2 * count, stored: 2 * count, declared: 0, duplicates: 0 });
});

/** Each twice, up to a dozen places from where it belongs: more holes at a time no collector keeps. */
function disordered(items: readonly GeneratedItem[]): readonly GeneratedItem[] {
  return items
    .flatMap((item, place) => [0, 1].map(() => ({ item, place: place + Math.random() * 24 })))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

async function newestTick(url: string, firstMs: number): Promise<number> {
  const path = `/api/v1/nodes/${nodeName}/metrics?metric=numbered_bytes&from=${firstMs / 1000}&to=${firstMs / 1000 + 9_000}&step=1s`;
  const response = await fetch(new URL(path, url));
  if (!response.ok) return 0;
  const [series] = (await response.json()) as { samples: [number, number | null][] }[];
  const newest = series?.samples.findLast(([, value]) => value !== null)?.[0] ?? 0;
  return numberOf(firstMs, newest * 1000);
}
