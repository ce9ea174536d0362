// Disks that are full for a while, on either side: what was generated is stored once or declared once.
import { expect, test } from 'vitest';
import { SmallDisk } from './accounting/small-disk.ts';
import { openWorld } from './accounting/world.ts';
import { until } from './running-jidi.ts';

test('the disk of the collector is full for a while', { timeout: 120_000 }, async (ctx) => {
  const disk = SmallDisk.make(ctx, 64);
  const world = await openWorld({ dataDir: disk.path('collector') });
  const { collector, node } = world;
  await collector.start();
  await node.start();
  await until('receipts', () => node.acked > 50, 30_000);
  disk.fill();
  const { number } = node;
  await until('items', () => node.number > number + 150, 30_000);
  expect(node.waiting).toBeGreaterThan(100);
  await collector.end('SIGKILL');
  collector.launch();
  const later = node.number;
  await until('items', () => node.number > later + 100, 30_000);
  disk.free();
  await until(
    'a collector',
    async () => {
      if (!collector.isRunning) await collector.start();
      return node.acked > later;
    },
    60_000,
  );
  const { faults, ...sums } = await world.settle('full disk of the collector', 90_000);
  expect(faults).toEqual([]);
  expect(sums).toMatchObject({ declared: 0, duplicates: 0, stored: sums.generated });
});

for (const isKilled of [false, true]) {
  const words = isKilled
    ? 'the disk of the node is full and the agent is killed'
    : 'the disk of the node is full';
  test(`${words} while nobody takes what it says`, { timeout: 120_000 }, async (ctx) => {
    const disk = SmallDisk.make(ctx, 24);
    const world = await openWorld({ spoolDir: disk.path('spool'), node: { perSecond: 250 } });
    const { collector, cable, node } = world;
    await collector.start();
    await node.start();
    await until('receipts', () => node.acked > 50, 30_000);
    cable.refuses = true;
    await collector.end('SIGTERM');
    disk.fill();
    const { number } = node;
    await until('items', () => node.number > number + 300, 30_000);
    if (isKilled) {
      await node.kill();
      await node.start();
    }
    disk.free();
    await until('more items', () => node.number > number + 450, 30_000);
    await collector.start();
    const { faults, ...sums } = await world.settle(words, 90_000);
    expect(faults).toEqual([]);
    expect(sums).toMatchObject({ duplicates: 0, stored: sums.generated - sums.declared });
    expect(sums.declared > 0).toBe(isKilled);
  });
}
