import { expect, test } from 'vitest';
import { result, snapshot, tick } from './payloads.ts';
import { all, newFolder, numbers, openWorld, range, ticksIn } from './spool-world.ts';

test('what is on disk and was handed out leaves memory, and comes again as it was', () => {
  const { spool } = openWorld(newFolder());
  for (const number of range(1, 100)) spool.put(tick(number));
  spool.put(snapshot(1));
  spool.put(result('done'));
  const { queueBytes } = spool.statistics;
  const handedOut = all(spool, 'metric');
  expect(spool.statistics.queueBytes).toBeLessThan(queueBytes / 2);
  expect(spool.statistics.batches).toBe(102);
  expect(all(spool, 'metric')).toEqual(handedOut);
  numbers(spool, 'process');
  numbers(spool, 'result');
  expect(spool.statistics.queueBytes).toBe(0);
  spool.put(tick(101));
  expect(ticksIn(spool)).toEqual(range(1, 101));
  spool.acknowledge({ dataClass: 'metric', sequence: 101, beyond: [] });
  expect(numbers(spool, 'metric')).toEqual([]);
});

test('without a disk everything stays in memory until it is acknowledged', () => {
  const { spool } = openWorld(newFolder(), { place: 'memory' });
  for (const number of range(1, 10)) spool.put(tick(number));
  const { queueBytes } = spool.statistics;
  expect(ticksIn(spool)).toEqual(range(1, 10));
  expect(spool.statistics.queueBytes).toBe(queueBytes);
});
