// An old backup takes the place of a store: what the nodes still hold comes again, the rest is declared.
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collectorMain, smallSegmentsMain } from './accounting/collector-program.ts';
import { isWhole, openWorld } from './accounting/world.ts';
import { runProgram } from './ended-program.ts';
import { until } from './running-jidi.ts';

/** The second takes as long again, and is the harder one. */
for (const program of isWhole ? [collectorMain, smallSegmentsMain] : [smallSegmentsMain]) {
  const words =
    program === collectorMain ? 'an old backup' : 'an old backup, made while segments were flushed';
  test(words, { timeout: 120_000 }, async () => {
    // Many small segments in the buffer: those that are acknowledged go, and with them what the backup lacks.
    const world = await openWorld({ program, node: { perSecond: 250, diskBytes: 512 * 1024 } });
    const { collector, node, folder } = world;
    await collector.start();
    await node.start();
    await until('receipts', () => node.acked > 200, 30_000);
    const backup = join(folder, 'backup');
    const data = ['--data', collector.dataDir, '--log', 'error'];
    const copied = await runProgram('collector', ['backup', backup, ...data]);
    expect(copied.code, copied.stderr).toBe(0);
    const { acked } = node;
    await until('more receipts', () => node.acked > acked + 800, 60_000);
    await collector.end('SIGKILL');
    renameSync(collector.dataDir, join(folder, 'broken'));
    const restored = await runProgram('collector', ['restore', backup, ...data]);
    expect(restored.code, restored.stderr).toBe(0);
    await collector.start();
    const { number } = node;
    await until('items', () => node.number > number + 100, 30_000);
    const { faults, ...sums } = await world.settle(words, 90_000);
    expect(faults).toEqual([]);
    expect(sums).toMatchObject({ duplicates: 0, stored: sums.generated - sums.declared });
    expect(sums.declared).toBeGreaterThan(0);
    // The rest came again.
    expect(sums.stored).toBeGreaterThan(acked);
  });
}
