// Power that fails: what no sync has brought to the disk is gone, and the machine comes up with another boot. What was
// generated is stored once or declared once; what was acknowledged is there.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SmallDisk } from './accounting/small-disk.ts';
import { isWhole, openWorld } from './accounting/world.ts';
import { until } from './running-jidi.ts';

const losses = isWhole ? 30 : 2;
const timeout = isWhole ? 900_000 : 90_000;

test(`a node loses its power ${losses} times, with and without a collector`, { timeout }, async (ctx) => {
  const disk = SmallDisk.make(ctx, 24);
  const world = await openWorld({ spoolDir: disk.path('spool') });
  const { collector, cable, node } = world;
  await collector.start();
  await node.start();
  for (let loss = 0; loss < losses; loss += 1) {
    if (loss % 2 === 0) await collector.end('SIGKILL');
    cable.refuses = loss % 2 === 0;
    const { number, acked } = node;
    await until('items', () => node.number > number + 60, 30_000);
    if (collector.isRunning) await until('receipts', () => node.acked > acked + 60, 30_000);
    await pause(Math.random() * (isWhole ? 12_000 : 1_000));
    await node.kill();
    disk.losePower();
    node.reboot();
    await node.start();
    if (!collector.isRunning) await collector.start();
  }
  const { faults, ...sums } = await world.settle(`${losses} × power loss of the node`, timeout);
  expect(faults).toEqual([]);
  expect(sums.declared).toBeGreaterThan(0);
  expect(sums).toMatchObject({ duplicates: 0, stored: sums.generated - sums.declared });
});

test(`a collector loses its power ${losses} times`, { timeout }, async (ctx) => {
  const disk = SmallDisk.make(ctx, 96);
  const world = await openWorld({ dataDir: disk.path('collector') });
  const { collector, node } = world;
  await collector.start();
  await node.start();
  for (let loss = 0; loss < losses; loss += 1) {
    const { acked } = node;
    await until('receipts', () => node.acked > acked + 50, 30_000);
    await pause(Math.random() * 2_000);
    await collector.end('SIGKILL');
    disk.losePower();
    await collector.start();
  }
  const { faults, ...sums } = await world.settle(`${losses} × power loss of the collector`, timeout);
  expect(faults).toEqual([]);
  expect(sums).toMatchObject({ declared: 0, duplicates: 0, stored: sums.generated });
});
