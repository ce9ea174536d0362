// Claim: a value costs at most 15 ns to encode, 6 ns to decode and little more than a byte to keep; under zstd at most
// 30 ns and, by the hour, less than 1.25 bytes. A bucket of a minute costs less than 6 bytes and adds less than 50 ns to
// each value it is made of, a process sample by the hour at most 2.5 bytes.
//
// In: the values of a node's 256 series, as value-mix.ts makes them, and processes, as process-mix.ts does. Measured:
// chunks of one series on so many nodes with so many values each, everything included that is kept of them: checksum,
// heads, what absent ones cost.
import type { BucketGrid, Buckets } from '../collector/store/buckets.ts';
import { decodeBuckets, encodeBuckets } from '../collector/store/columns/bucket-codec.ts';
import { decodeChunk, decodeColumn, encodeChunk } from '../collector/store/columns/chunk-codec.ts';
import { rollUp } from '../collector/store/columns/roll-up.ts';
import type { Compression } from '../collector/store/columns/sealed-bytes.ts';
import {
  decodeSnapshotAt,
  decodeSnapshots,
  encodeSnapshots,
  toColumns,
} from '../collector/store/columns/snapshot-codec.ts';
import { createSnapshots } from './columns/process-mix.ts';
import { createMix } from './columns/value-mix.ts';
import { printNote } from './measuring/report.ts';
import { compareCpu } from './measuring/stopwatch.ts';

const lengths = [12, 24, 60, 120, 720];
const groups = [1, 4, 8, 16, 64];
const compressions: readonly Compression[] = ['none', 'zstd'];
const rounds = 3;
const wantedValues = 600_000;

await printChunks();
await printBuckets();
await printSnapshots();

async function printChunks(): Promise<void> {
  const each = ['bytes', 'encode ns', 'decode ns', 'one of it'];
  printNote('A value: plain, then under zstd');
  printNote(row('values × nodes', [...each, ...each]));
  for (const length of lengths) {
    for (const nodes of groups) printNote(row(`${length} × ${nodes}`, await chunkCells(length, nodes)));
  }
}

async function chunkCells(length: number, nodes: number): Promise<readonly string[]> {
  const series = Math.max(64, Math.min(256, Math.floor(wantedValues / (length * nodes))));
  const mix = createMix(series, nodes, length);
  const values = series * nodes * length;
  const turns = Math.ceil(wantedValues / values);
  const cells: string[] = [];
  for (const compression of compressions) {
    const chunks = mix.map(({ columns }) => encodeChunk(columns, compression));
    const [encode, decode, one] = await compareCpu(rounds, [
      () => repeat(turns, () => mix.forEach(({ columns }) => encodeChunk(columns, compression))),
      () => repeat(turns, () => chunks.forEach((chunk) => decodeChunk(chunk))),
      () => repeat(turns, () => chunks.forEach((chunk) => decodeColumn(chunk, nodes - 1))),
    ]);
    cells.push((sizeOf(chunks) / values).toFixed(3));
    for (const cost of [encode, decode]) cells.push(each(cost, turns * values));
    cells.push(each(one, turns * series * length));
  }
  return cells;
}

async function printBuckets(): Promise<void> {
  const [length, nodes, compression] = [720, 16, 'zstd'] as const;
  const mix = createMix(256, nodes, length);
  const timesMs = Float64Array.from({ length }, (_, place) => 5_000 * (place + 1));
  const grid: BucketGrid = { firstMs: 60_000, stepMs: 60_000, count: 60 };
  const roll = () =>
    mix.map(({ kind, columns }) => ({
      kind,
      decimals: columns[0]?.decimals ?? 0,
      nodes: columns.map(
        ({ values, decimals }): Buckets =>
          rollUp(kind, { timesMs, values }, grid, { lookbackMs: 60_000, decimals }),
      ),
    }));
  const rolled = roll();
  printNote(`\nA bucket of a minute, ${nodes} nodes by the hour, under zstd`);
  printNote(row('', ['bytes', 'encode ns', 'decode ns']));
  for (const wanted of ['gauge', 'counter'] as const) {
    const series = rolled.filter(({ kind }) => kind === wanted);
    const encode = () => series.map(({ nodes, decimals }) => encodeBuckets(nodes, { decimals, compression }));
    const chunks = encode();
    const costs = await compareCpu(rounds, [encode, () => chunks.map(decodeBuckets)]);
    const buckets = series.length * nodes * grid.count;
    const cells = costs.map((cost) => each(cost, buckets));
    printNote(row(wanted, [(sizeOf(chunks) / buckets).toFixed(3), ...cells]));
  }
  const [cost] = await compareCpu(rounds, [roll]);
  printNote(`Rolling up: ${each(cost, 256 * nodes * length)} ns for each value`);
}

async function printSnapshots(): Promise<void> {
  printNote('\nA process sample: plain, then under zstd');
  const each3 = ['bytes', 'encode ns', 'decode ns', 'a moment µs'];
  printNote(row('snapshots × processes', [...each3, ...each3]));
  for (const [count, listed] of [
    [24, 20],
    [24, 40],
    [120, 20],
    [120, 40],
    [720, 30],
  ] as const) {
    const nodes = Array.from({ length: 8 }, (_, node) => createSnapshots(count, listed, node).map(toColumns));
    const middleMs = nodes[0]?.[count >> 1]?.timeMs ?? 0;
    const cells: string[] = [];
    for (const compression of compressions) {
      const chunks = nodes.map((snapshots) => encodeSnapshots(snapshots, compression));
      const [encode, decode, moment = Number.NaN] = await compareCpu(rounds, [
        () => repeat(4, () => nodes.forEach((snapshots) => encodeSnapshots(snapshots, compression))),
        () => repeat(4, () => chunks.forEach((chunk) => decodeSnapshots(chunk))),
        () => repeat(4, () => chunks.forEach((chunk) => decodeSnapshotAt(chunk, middleMs))),
      ]);
      const samples = nodes.length * count * listed;
      cells.push((sizeOf(chunks) / samples).toFixed(3), each(encode, 4 * samples), each(decode, 4 * samples));
      cells.push((moment / (4 * nodes.length)).toFixed(0));
    }
    printNote(row(`${count} × ${listed}`, cells));
  }
}

function each(microseconds = Number.NaN, things = 1): string {
  return ((microseconds * 1000) / things).toFixed(1);
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

function repeat(turns: number, work: () => void): void {
  for (let turn = 0; turn < turns; turn += 1) work();
}

function row(head: string, cells: readonly string[]): string {
  return [head.padEnd(22), ...cells.map((cell) => cell.padStart(11))].join(' ');
}
