import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BatchCodec } from '../../../agent/spool/batch-codec.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import { spoolCodec } from '../../../agent/uplink/spool-codec.ts';
import type { Payload, SentBatch } from '../../../shared/model/batch.ts';
import { type DataClass, dataClasses } from '../../../shared/model/delivery.ts';
import { chunk, firstMs, result, snapshot, tick } from './payloads.ts';
import { all, gaps, newFolder, numbers, openWorld, range, segmentsOf } from './spool-world.ts';

const flips = 1_000;

interface Image {
  readonly folder: string;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly batches: ReadonlyMap<DataClass, readonly SentBatch[]>;
  readonly id: string;
}

/** A spool with several segments of ticks, as a crash leaves it. */
function leftBehind(): Image {
  const folder = newFolder();
  const { spool, abandon } = openWorld(folder);
  for (const number of range(1, 800)) spool.put(tick(number));
  for (const number of range(1, 40)) spool.put(snapshot(number));
  for (const number of range(1, 5)) spool.put(result(`done ${number}`));
  for (const number of range(1, 3)) spool.put(chunk(number, 50));
  const batches = new Map(dataClasses.map((name) => [name, all(spool, name)]));
  abandon();
  const files = new Map(
    readdirSync(folder).map((name) => [
      name,
      name === 'lock' ? Buffer.alloc(0) : readFileSync(join(folder, name)),
    ]),
  );
  return { folder, files, batches, id: spool.id };
}

function restore({ folder, files }: Image): void {
  for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name));
  for (const [name, bytes] of files) if (name !== 'lock') writeFileSync(join(folder, name), bytes);
}

/** What arrives is what was put; what does not is declared, number by number. Out: how many are lost. */
function checkAccounts(spool: Spool, { batches }: Image): number {
  let lost = 0;
  for (const dataClass of ['metric', 'process', 'result', 'profile'] as const) {
    const whole = batches.get(dataClass) ?? [];
    const found = all(spool, dataClass);
    const of = gaps(spool).filter((gap) => gap.dataClass === dataClass);
    const declared = of.flatMap(({ sequences }) =>
      sequences === null ? [] : range(sequences.from, sequences.to),
    );
    for (const { sequence, payload } of found) {
      if (!isSame(payload, whole[sequence - 1]?.payload))
        expect(payload).toEqual(whole[sequence - 1]?.payload);
    }
    const accounted = [...found.map(({ sequence }) => sequence), ...declared];
    expect(accounted.toSorted((one, other) => one - other)).toEqual(range(1, whole.length));
    expect(of.reduce((sum, { count }) => sum + count, 0)).toBe(declared.length);
    expect(of.every(({ reason }) => reason === 'damaged')).toBe(true);
    lost += declared.length;
  }
  return lost;
}

/** Compares what differs between ticks; the rest is what every decoder checks. */
function isSame(payload: Payload, original: Payload | undefined): boolean {
  if (payload.kind !== 'metrics' || original?.kind !== 'metrics') {
    return JSON.stringify(payload) === JSON.stringify(original);
  }
  const [tick, before] = [payload.ticks[0], original.ticks[0]];
  return (
    tick?.timeMs === before?.timeMs &&
    tick?.values.length === before?.values.length &&
    tick?.values.every((value, index) => value === before?.values[index]) === true
  );
}

test(`each of ${flips} damaged bits is seen, what does not need it is there, what is lost is declared exactly`, {
  timeout: 120_000,
}, () => {
  const image = leftBehind();
  const names = [...image.files.keys()].filter((name) => /\.seg$|\.json$/.test(name));
  const total = names.reduce((sum, name) => sum + (image.files.get(name)?.length ?? 0), 0);
  let withLoss = 0;
  for (let flip = 0; flip < flips; flip += 1) {
    let place = Math.floor(Math.random() * total);
    const name = names.find((each) => {
      const { length } = image.files.get(each) ?? { length: 0 };
      if (place < length) return true;
      place -= length;
      return false;
    });
    const bytes = Buffer.from(image.files.get(name ?? '') ?? []);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << Math.floor(Math.random() * 8));
    writeFileSync(join(image.folder, name ?? ''), bytes);
    const { spool, abandon } = openWorld(image.folder);
    expect(spool.id).toBe(image.id);
    if (checkAccounts(spool, image) > 0) withLoss += 1;
    abandon();
    restore(image);
  }
  // Most of the bytes are those of ticks.
  expect(withLoss).toBeGreaterThan(flips / 10);
});

test('one damaged bit of spool.json, also between its lines, leaves the spool what it is', () => {
  const image = leftBehind();
  const whole = image.files.get('spool.json') ?? Buffer.alloc(0);
  for (const place of [0, 5, 300, 1_022, 1_023, 1_024, 2_047]) {
    for (const bit of range(0, 7)) {
      const bytes = Buffer.from(whole);
      bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
      writeFileSync(join(image.folder, 'spool.json'), bytes);
      const { spool, abandon } = openWorld(image.folder);
      expect([place, bit, spool.id]).toEqual([place, bit, image.id]);
      abandon();
      restore(image);
    }
  }
});

test('damage that comes while it runs is seen when it is read, and declared', () => {
  const folder = newFolder();
  const { spool } = openWorld(folder);
  for (const number of range(1, 12_000)) spool.put(tick(number));
  const [first = '', second = ''] = segmentsOf(folder, 'metric');
  const bytes = readFileSync(first);
  bytes.fill(0xff, 20_000, 20_010);
  writeFileSync(first, bytes);
  rmSync(second);
  const found = numbers(spool, 'metric');
  const declared = gaps(spool).flatMap(({ sequences }) =>
    sequences === null ? [] : range(sequences.from, sequences.to),
  );
  expect(declared.length).toBeGreaterThan(500);
  expect([...found, ...declared].toSorted((one, other) => one - other)).toEqual(range(1, 12_000));
  expect(spool.statistics.droppedFor.damaged).toBe(declared.length);
  expect(numbers(spool, 'metric')).toEqual(found);
  expect(gaps(spool)).toHaveLength(1);
});

test('what was lost stays lost and is declared to whoever asks after the next start, under the same numbers', () => {
  const image = leftBehind();
  const [path = ''] = segmentsOf(image.folder, 'metric');
  truncateSync(path, 20_000);
  const first = openWorld(image.folder);
  const lost = checkAccounts(first.spool, image);
  expect(lost).toBeGreaterThan(10);
  first.abandon();
  const second = openWorld(image.folder);
  const declared = gaps(second.spool).map(({ sequences }) => JSON.stringify(sequences));
  expect(new Set(declared).size).toBe(1);
});

const aGap = {
  dataClass: 'process',
  fromTimeMs: firstMs,
  toTimeMs: firstMs,
  count: 1,
  reason: 'buffer-full',
  sequences: null,
} as const;

test.each(['event', 'metric', 'result'] as const)(
  'a batch of class %s that is whole and that nobody understands is declared, once',
  (dataClass) => {
    const folder = newFolder();
    const another: BatchCodec = {
      ...spoolCodec,
      encoder: (each) =>
        each === dataClass ? { encode: () => Buffer.from('of another version') } : spoolCodec.encoder(each),
    };
    const first = openWorld(folder, { codec: another });
    const put: Readonly<Record<typeof dataClass, Payload>> = {
      event: { kind: 'gap', gap: aGap },
      metric: tick(1),
      result: result('done'),
    };
    first.spool.put(put[dataClass]);
    first.abandon();
    const { spool } = openWorld(folder);
    spool.put(put[dataClass]);
    const found = numbers(spool, dataClass);
    expect(found).toContain(2);
    expect(found).not.toContain(1);
    const declared = gaps(spool).filter((gap) => gap.dataClass === dataClass);
    expect(declared).toMatchObject([{ sequences: { from: 1, to: 1 }, count: 1, reason: 'damaged' }]);
    expect(spool.statistics.droppedFor.damaged).toBe(1);
  },
);
