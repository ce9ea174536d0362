// Claim: a value costs at most 15 ns to encode, 6 ns to decode and little more than a byte to keep; under zstd at most
// 30 ns and, by the hour, less than 1.25 bytes.
//
// In: the values of a node's 256 series, as value-mix.ts makes them. Measured: chunks of one series on so many nodes with
// so many values each, everything included that is kept of them: checksum, heads, what absent ones cost.
import { decodeChunk, encodeChunk } from '../collector/store/columns/chunk-codec.ts';
import type { Compression } from '../collector/store/columns/sealed-bytes.ts';
import { createMix } from './columns/value-mix.ts';
import { printNote } from './measuring/report.ts';
import { compareCpu } from './measuring/stopwatch.ts';

const lengths = [12, 24, 60, 120, 720];
const groups = [1, 4, 8, 16, 64];
const compressions: readonly Compression[] = ['none', 'zstd'];
const rounds = 3;
const wantedValues = 600_000;

const names = ['none B', 'enc ns', 'dec ns', 'zstd B', 'enc ns', 'dec ns'];
printNote(row('values × nodes', names));
for (const length of lengths) {
  for (const nodes of groups) printNote(row(`${length} × ${nodes}`, await measure(length, nodes)));
}

async function measure(length: number, nodes: number): Promise<readonly string[]> {
  const series = Math.max(64, Math.min(256, Math.floor(wantedValues / (length * nodes))));
  const mix = createMix(series, nodes, length);
  const values = series * nodes * length;
  const turns = Math.ceil(wantedValues / values);
  const cells: string[] = [];
  for (const compression of compressions) {
    const chunks = mix.map(({ columns }) => encodeChunk(columns, compression));
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const costs = await compareCpu(rounds, [
      () => repeat(turns, () => mix.forEach(({ columns }) => encodeChunk(columns, compression))),
      () => repeat(turns, () => chunks.forEach((chunk) => decodeChunk(chunk))),
    ]);
    cells.push((bytes / values).toFixed(3));
    cells.push(...costs.map((cost) => ((cost * 1000) / (turns * values)).toFixed(1)));
  }
  return cells;
}

function repeat(turns: number, work: () => void): void {
  for (let turn = 0; turn < turns; turn += 1) work();
}

function row(head: string, cells: readonly string[]): string {
  return [head.padEnd(16), ...cells.map((cell) => cell.padStart(8))].join(' ');
}
