// A small store for tests of its upkeep: a catalog, one flushed segment in a hot file, and one segment still in the log.
import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { openCatalog } from '../../../../collector/store/catalog/open-catalog.ts';
import { flushSegment } from '../../../../collector/store/flush/flush-segment.ts';
import { listSegments } from '../../../../collector/store/log/log-folder.ts';
import { openLog, seriesOf, t0, ticksEntry, write } from '../log/log-data.ts';
import { tempDir } from '../open-store.ts';

const series = seriesOf(12, 1);

function ticks(firstMs: number) {
  return Array.from({ length: 24 }, (_, tick) => ({
    timeMs: firstMs + tick * 5_000,
    series,
    values: Float64Array.from(series, (_series, place) => place * 100 + tick * (place % 3)),
  }));
}

export async function makeStore(): Promise<string> {
  const root = tempDir();
  openCatalog(root).db.close();
  const folder = join(root, 'log');
  const first = openLog(folder);
  await write(first, [ticksEntry(1, ticks(t0))]);
  await first.close();
  for (const { number, path } of listSegments(folder)) {
    await flushSegment(readFileSync(path), {
      root,
      segment: number,
      numberOf: () => 0,
      oldestMs: 0,
      yieldTurn: async () => undefined,
    });
    unlinkSync(path);
  }
  const second = openLog(folder, { firstNumber: 2 });
  await write(second, [ticksEntry(2, ticks(t0 + 120_000))]);
  await second.close();
  return root;
}
