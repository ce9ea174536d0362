import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../../../collector/store/log/log-entry.ts';
import { listSegments } from '../../../../collector/store/log/log-folder.ts';
import { readLog } from '../../../../collector/store/log/read-log.ts';
import type { MetricTick, SeriesDefinition } from '../../../../shared/model/metric.ts';
import { readSegment } from '../../../../shared/segment-file/segment-reader.ts';
import { SegmentWriter } from '../../../../shared/segment-file/segment-writer.ts';
import {
  isEntry,
  openLog,
  plainItem,
  processSample,
  readFolder,
  sender,
  seriesOf,
  snapshot,
  snapshotsEntry,
  t0,
  tempFolder,
  ticksEntry,
  write,
} from './log-data.ts';

/** What is read again of these entries. */
async function readBack(entries: readonly LogEntry[]) {
  const folder = tempFolder();
  const log = openLog(folder);
  await write(log, entries);
  await log.close();
  return readFolder(folder);
}

function tick(place: number, series: readonly SeriesDefinition[], values: readonly number[]): MetricTick {
  return { timeMs: t0 + place * 5000, series, values: Float64Array.from(values) };
}

/** Numbers from 0 to before 1, always the same. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('what is appended is read again exactly', () => {
  test('values of any kind, of lists that grow, shrink and change', async () => {
    const random = randomNumbers(7);
    const series = seriesOf(40, 3);
    const grown = [...series, ...seriesOf(60, 1).slice(40)];
    const other = seriesOf(50, 0).toReversed();
    const odd = [
      0,
      1.5,
      -3,
      Number.NaN,
      1e300,
      2 ** 53,
      0.001,
      1 / 3,
      -1e-9,
      2 ** 50 - 1,
      -(2 ** 49),
      5e-324,
    ];
    const entries = Array.from({ length: 80 }, (_, place) => {
      const list = place < 20 ? series : place < 45 ? grown : place < 60 ? other : series;
      const length = place % 9 === 0 ? Math.floor(random() * list.length) : list.length;
      const values = Array.from({ length }, () => {
        const kind = random();
        if (kind < 0.5) return 7;
        if (kind < 0.8) return Math.round(random() * 1e6) / 1000;
        return odd[Math.floor(random() * odd.length)] ?? 0;
      });
      return ticksEntry(place + 1, [tick(place, list, values), tick(place + 0.5, list, values.toReversed())]);
    });
    expect(await readBack(entries)).toEqual(entries);
  });

  test('a list that grows in place', async () => {
    const series = seriesOf(3);
    const folder = tempFolder();
    const log = openLog(folder);
    const first = ticksEntry(1, [tick(1, [...series], [1, 2, 3])]);
    await write(log, [ticksEntry(1, [tick(1, series, [1, 2, 3])])]);
    series.push(...seriesOf(9).slice(3));
    const second = ticksEntry(2, [tick(2, series, [1, 2, 4, 5, 6, 7, 8, 9, 10])]);
    await write(log, [second]);
    await log.close();
    expect(readFolder(folder)).toEqual([first, second]);
  });

  test('snapshots: new processes, reused pids, states, wait channels, figures that are no whole multiple', async () => {
    const entries = Array.from({ length: 40 }, (_, place) => {
      const processes = [1, 2, 3, 4].map((pid) =>
        processSample(pid + (place % 5), {
          startTimeMs: t0 - (place % 11 === 0 ? 5 : 9),
          cpuRatio: place / 7,
          residentBytes: place * 1000,
          state: place % 2 === 0 ? 'D' : 'S',
          waitChannel: pid % 2 === 0 ? `wait_${place % 3}` : null,
          gpuMemoryBytes: place % 4 === 0 ? 0 : null,
        }),
      );
      return snapshotsEntry(place + 1, [snapshot(t0 + place * 5000, processes), snapshot(t0 + place, [])]);
    });
    expect(await readBack(entries)).toEqual(entries);
  });

  test('inventories, gaps and numbers alone; senders among each other', async () => {
    const other = { node: '节点-2', spoolId: 's' };
    const gap = {
      dataClass: 'metric',
      fromTimeMs: t0,
      toTimeMs: t0 + 1,
      count: 3,
      reason: 'buffer-full',
      sequences: { from: 4, to: 6 },
    } as const;
    const own = { dataClass: 'event', range: { from: 1, to: 1 } } as const;
    const entries: LogEntry[] = [
      ticksEntry(1, [tick(1, seriesOf(3), [1, 2, 3])]),
      {
        sender: other,
        marks: [own, { dataClass: 'metric', range: { from: 4, to: 6 } }],
        payload: { kind: 'gap', gap },
      },
      ticksEntry(1, [tick(1, seriesOf(3), [1, 2, 3])], other),
      { sender, marks: [own], payload: null },
      ticksEntry(2, [tick(2, seriesOf(3), [1, 2, 4])]),
      ticksEntry(2, [], other),
      ticksEntry(3, [tick(3, [], [])]),
    ];
    expect(await readBack(entries)).toEqual(entries);
  });

  test('after a batch that is too large for a record the next one stands alone', async () => {
    const folder = tempFolder();
    const log = openLog(folder);
    const series = seriesOf(2000);
    const random = randomNumbers(3);
    const values = () => Array.from(series, () => random());
    const large = Array.from({ length: 1000 }, (_, place) => tick(place, series, values()));
    const first = ticksEntry(1, [tick(1, series, values())]);
    await write(log, [first]);
    await expect(write(log, [ticksEntry(2, large)])).rejects.toThrow('a record of');
    const next = ticksEntry(2, [tick(2, series, values())]);
    await write(log, [next]);
    await log.close();
    expect(readFolder(folder)).toEqual([first, next]);
  });

  test('equal nodes cost one list of series', async () => {
    const sizeOf = async (nodes: number) => {
      const folder = tempFolder();
      const log = openLog(folder);
      const entries = Array.from({ length: nodes }, (_, place) =>
        ticksEntry(1, [tick(1, seriesOf(500), [1])], { node: `n${place}`, spoolId: 's' }),
      );
      await write(log, entries);
      await log.close();
      return readFileSync(listSegments(folder)[0]?.path ?? '').length;
    };
    const [one, many] = [await sizeOf(1), await sizeOf(51)];
    expect((many - one) / 50).toBeLessThan(200);
  });
});

describe('damage', () => {
  const nodes = 4;
  const ticks = 30;

  async function damageable(isClosed: boolean) {
    const folder = tempFolder();
    const log = openLog(folder);
    const entries: LogEntry[] = [];
    for (let place = 0; place < ticks; place += 1) {
      const group = Array.from({ length: nodes }, (_, node) => {
        const values = Array.from({ length: 20 }, (_unused, at) => place * at + node);
        return ticksEntry(place + 1, [tick(place, seriesOf(20), values)], { node: `n${node}`, spoolId: 's' });
      });
      const seen = snapshotsEntry(place + 1, [snapshot(t0 + place, [processSample(place % 3)])]);
      await write(log, [...group, seen]);
      entries.push(...group, seen);
    }
    if (isClosed) await log.close();
    return { entries, bytes: readFileSync(listSegments(folder)[0]?.path ?? '') };
  }

  test('any single bit: nothing wrong is read, the most is, and what is missing is declared exactly', async () => {
    const { entries, bytes } = await damageable(true);
    const whole = new Map(entries.map((entry) => [keyOf(entry), entry]));
    const random = randomNumbers(11);
    for (let flip = 0; flip < 1000; flip += 1) {
      const damaged = Buffer.from(bytes);
      const place = Math.floor(random() * bytes.length);
      damaged[place] = (damaged[place] ?? 0) ^ (1 << Math.floor(random() * 8));
      const items = [...readLog(damaged)].map(plainItem);
      expect(items.some((item) => 'damaged' in item)).toBe(true);
      const told = items.filter(isEntry);
      const read = told.filter(({ payload }) => payload?.kind !== 'gap');
      expect(read.filter((entry) => !isDeepStrictEqual(entry, whole.get(keyOf(entry))))).toEqual([]);
      const lost = told.filter(({ payload }) => payload?.kind === 'gap');
      const declared = lost.reduce(
        (sum, { payload }) => sum + (payload?.kind === 'gap' ? payload.gap.count : 0),
        0,
      );
      expect(read.length + declared).toBe(entries.length);
      expect(declared).toBeLessThanOrEqual(12);
      expect(
        lost.flatMap(({ marks }) => marks.map(({ range }) => range.to - range.from + 1)).reduce(sum, 0),
      ).toBe(declared);
    }
  });

  test('a segment that was never closed: what a crash tore off is no loss', async () => {
    const { entries, bytes } = await damageable(false);
    for (const cut of [1, 7, 40, 300, 5000]) {
      const items = [...readLog(bytes.subarray(0, bytes.length - cut))].map(plainItem);
      expect(items.filter((item) => 'damaged' in item).every((item) => 'isTail' in item && item.isTail)).toBe(
        true,
      );
      const read = items.filter(isEntry);
      expect(read).toEqual(entries.slice(0, read.length));
    }
  });

  test('a file that is none, an empty one, and a head alone', async () => {
    expect([...readLog(Buffer.alloc(0))].map(plainItem)).toEqual([]);
    expect([...readLog(Buffer.from('nothing of ours'.repeat(9)))].map(plainItem).filter(isEntry)).toEqual([]);
    const folder = tempFolder();
    const path = `${folder}/00000001.log`;
    writeFileSync(path, (await damageable(false)).bytes.subarray(0, 40));
    expect(readFolder(folder).filter(isEntry)).toEqual([]);
  });

  test('a segment of another format is refused, although its checksums are right', async () => {
    const path = `${tempFolder()}/00000007.log`;
    const file = new SegmentWriter(path, { format: 1, number: 7 });
    for (const { type, payload } of recordsIn((await damageable(true)).bytes)) file.append(type, payload);
    file.write();
    file.close();
    expect(() => readLog(readFileSync(path))).toThrow(
      'segment 7 of the log: its format is 1, this program reads 2',
    );
  });
});

function recordsIn(bytes: Buffer) {
  return [...readSegment(bytes).records].filter((record) => 'type' in record);
}

function keyOf({ sender: { node }, marks }: LogEntry): string {
  return `${node} ${marks[0]?.dataClass} ${marks[0]?.range.from}`;
}

function sum(a: number, b: number): number {
  return a + b;
}
