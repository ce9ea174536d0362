// What the writer thread does with a closed segment of the log: samples into the hot files, everything else of it into the
// catalog, then it is removed. It goes before all other long work.
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { applyFlushed } from '../catalog/flushed-records.ts';
import { flushSegment } from '../flush/flush-segment.ts';
import type { ClosedSegment, FlushOutcome } from '../front/writer-door.ts';
import type { YieldTurn } from '../turns.ts';
import type { WriterContext } from './writer-context.ts';

export function flushHandlers(context: WriterContext) {
  return {
    flush: (segment: ClosedSegment): Promise<FlushOutcome> =>
      context.lanes.run('urgent', (yieldTurn) => flush(context, segment, yieldTurn)),
  };
}

async function flush(
  { data, catalog, write, clock, log }: WriterContext,
  { number, path }: ClosedSegment,
  yieldTurn: YieldTurn,
): Promise<FlushOutcome> {
  let refusedSeries = 0;
  if (number > catalog.flushed.last()) {
    const nowMs = Math.trunc(clock.now());
    const flushed = await flushSegment(await readFile(path), {
      root: data.dataDir,
      segment: number,
      numberOf: (node) => catalog.nodes.find(node),
      oldestMs: nowMs - Math.max(...Object.values(data.keep.ageMs)),
      yieldTurn,
    });
    await applyFlushed(catalog, write, flushed.records, nowMs);
    const { ticks, doubles, outdated, damaged } = flushed;
    refusedSeries = flushed.refusedSeries;
    log.debug({ segment: number, ticks, doubles, outdated, damaged: damaged.length }, 'segment flushed');
  }
  rmSync(path, { force: true });
  return { refusedSeries };
}
