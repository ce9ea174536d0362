import { describe, expect, test } from 'vitest';
import { t0 } from '../open-store.ts';
import { openRecords } from './open-records.ts';

const identity = { name: 'n1', role: 'login', bootId: 'b1', agentVersion: '1', intervalMs: 5000 } as const;

describe('nodes', () => {
  test('a node keeps its number, its first sight and its newest sign of life', async () => {
    const { calls, context } = openRecords();
    await calls.putNode(identity, t0);
    const id = context.catalog.nodes.find('n1');
    await calls.putNode({ ...identity, bootId: 'b2', intervalMs: 1000 }, t0 + 60_000);
    await calls.touchNodes(
      new Map([
        ['n1', t0 + 30_000],
        ['n9', t0],
      ]),
    );
    expect(context.catalog.nodes.find('n1')).toBe(id);
    expect(await calls.nodes()).toEqual([
      { ...identity, bootId: 'b2', intervalMs: 1000, firstSeenMs: t0, lastSeenMs: t0 + 60_000 },
    ]);
    await calls.touchNodes(new Map([['n1', t0 + 90_000]]));
    expect((await calls.nodes())[0]?.lastSeenMs).toBe(t0 + 90_000);
  });

  test('a sign of life under a clock that ran ahead gives way once the clock is right', async () => {
    const { calls } = openRecords();
    await calls.putNode(identity, t0 + 3_600_000);
    await calls.touchNodes(new Map([['n1', t0]]));
    expect((await calls.nodes())[0]?.lastSeenMs).toBe(t0);
    await calls.touchNodes(new Map([['n1', t0 + 3_600_000]]));
    await calls.putNode(identity, t0 + 1000);
    expect((await calls.nodes())[0]?.lastSeenMs).toBe(t0 + 1000);
  });
});

test('gaps of all nodes in a range, newest first', async () => {
  const { calls, context } = openRecords();
  const gap = { dataClass: 'metric', count: 1, reason: 'restart', sequences: null } as const;
  for (const [place, name] of ['n1', 'n2', 'n3'].entries()) {
    await calls.putNode({ ...identity, name }, t0);
    const fromTimeMs = t0 + place * 10_000;
    const id = context.catalog.nodes.find(name) ?? 0;
    context.catalog.gaps.add(id, [{ ...gap, fromTimeMs, toTimeMs: fromTimeMs + 5_000 }]);
  }
  const nodesOf = async (fromMs: number, toMs: number, limit = 10) =>
    (await calls.gapsOfAll({ fromMs: t0 + fromMs, toMs: t0 + toMs, limit })).map(({ node }) => node);
  expect(await nodesOf(0, 60_000)).toEqual(['n3', 'n2', 'n1']);
  expect(await nodesOf(5_000, 10_000)).toEqual(['n2', 'n1']);
  expect(await nodesOf(5_001, 9_999)).toEqual([]);
  expect(await nodesOf(0, 60_000, 1)).toEqual(['n3']);
});

describe('gaps of one node', () => {
  const gap = { dataClass: 'metric', count: 2, reason: 'overload', sequences: null } as const;
  const at = (place: number) => ({
    ...gap,
    fromTimeMs: t0 + place * 10_000,
    toTimeMs: t0 + place * 10_000 + 5_000,
    sequences: { from: place, to: place },
  });

  test('beyond a thousand of a class the oldest are told as one, whether they come at once or not', async () => {
    const { calls, context } = openRecords();
    await calls.putNode(identity, t0);
    const { gaps } = context.catalog;
    expect(
      gaps.add(
        1,
        Array.from({ length: 1_500 }, (_, place) => at(place)),
      ),
    ).toBe(499);
    expect(gaps.add(1, [at(1_500)])).toBe(1);
    expect(gaps.add(1, [{ ...at(1_501), dataClass: 'process' }])).toBe(0);
    const all = (await calls.gaps('n1', 0, 10_000)).filter(({ dataClass }) => dataClass === 'metric');
    expect(all).toHaveLength(1_001);
    expect(all[0]).toEqual(at(1_500));
    expect(all.at(-1)).toEqual({
      ...at(0),
      toTimeMs: at(500).toTimeMs,
      count: 1_002,
      sequences: { from: 0, to: 500 },
    });
  });

  test('that follow each other are one, when nobody knows of how much', async () => {
    const { calls, context } = openRecords();
    await calls.putNode(identity, t0);
    const lost = { ...gap, count: 0, reason: 'disk-budget' };
    for (const hour of [0, 1, 3]) {
      context.catalog.gaps.add(1, [
        { ...lost, fromTimeMs: t0 + hour * 1000, toTimeMs: t0 + hour * 1000 + 1000 },
        { ...lost, reason: 'other', fromTimeMs: t0 + hour * 5000, toTimeMs: t0 + hour * 5000 + 1000 },
      ]);
    }
    const told = (await calls.gaps('n1', 0, 10)).map(({ reason, ...one }) => [
      reason,
      one.fromTimeMs - t0,
      one.toTimeMs - t0,
    ]);
    expect(told).toEqual([
      ['other', 15_000, 16_000],
      ['other', 5_000, 6_000],
      ['disk-budget', 3_000, 4_000],
      ['disk-budget', 0, 2_000],
      ['other', 0, 1_000],
    ]);
  });
});

describe('quarantine', () => {
  const item = { node: 'n1', dataClass: 'metric', timeMs: t0, reason: 'time-ahead' } as const;

  test('what could not be believed is kept, newest first, long ones cut', async () => {
    const { calls } = openRecords();
    await calls.quarantine({ ...item, body: Uint8Array.of(1, 2) });
    await calls.quarantine({ ...item, timeMs: t0 + 1, body: new Uint8Array(100_000).fill(7) });
    const { total, items } = await calls.quarantined(10);
    expect(total).toBe(2);
    expect(items.map(({ timeMs, sizeBytes }) => [timeMs, sizeBytes])).toEqual([
      [t0 + 1, 100_000],
      [t0, 2],
    ]);
    expect(items[0]?.body).toEqual(new Uint8Array(65_536).fill(7));
    expect(items[1]).toEqual({ ...item, sizeBytes: 2, body: Uint8Array.of(1, 2) });
  });

  test('only the newest stay, and all are counted', async () => {
    const { calls } = openRecords();
    const many = Array.from({ length: 1003 }, (_, place) => ({
      ...item,
      timeMs: t0 + place,
      body: new Uint8Array(1),
    }));
    await Promise.all(many.map((one) => calls.quarantine(one)));
    const { total, items } = await calls.quarantined(2000);
    expect([total, items.length]).toEqual([1003, 1000]);
    expect([items[0]?.timeMs, items.at(-1)?.timeMs]).toEqual([t0 + 1002, t0 + 3]);
  });
});
