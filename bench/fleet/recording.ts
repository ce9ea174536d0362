// What was recorded of a real machine: its series second by second, under one load after another. In: the file beside this
// one. Out: for each series and load its values as whole numbers (value × 10^decimals). It refuses a file that is none.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { SeriesDefinition } from '../../shared/model/metric.ts';

/** A load and the seconds of it, `from` included, `to` not. */
export interface RecordedLoad {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface RecordedSeries extends SeriesDefinition {
  readonly first: number;
  /** By how much it changed from each second to the next, as whole numbers. */
  readonly changes: readonly number[];
}

export interface Recording {
  readonly loads: readonly RecordedLoad[];
  readonly series: readonly RecordedSeries[];
}

const file = join(import.meta.dirname, 'recorded/machine.json.zst');
const level = 19;

export function readRecording(): Recording {
  const recording = JSON.parse(zstdDecompressSync(readFileSync(file)).toString('utf8')) as Recording;
  if (recording.loads.length === 0 || recording.series.length === 0) throw new Error(`${file} is empty`);
  return recording;
}

/** The size of the file. */
export function writeRecording(recording: Recording): number {
  const bytes = zstdCompressSync(JSON.stringify(recording), {
    params: { [constants.ZSTD_c_compressionLevel]: level },
  });
  writeFileSync(file, bytes);
  return bytes.length;
}
