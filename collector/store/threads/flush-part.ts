// What the writer thread does with a closed segment of the log: samples into the hot files, everything else of it into the
// catalog, then it is removed. It goes before all other long work.
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { applyFlushed } from '../catalog/flushed-records.ts';
import { type FlushedSegment, type FlushOptions, flushSegment } from '../flush/flush-segment.ts';
import type { ClosedSegment, FlushOutcome } from '../front/writer-door.ts';
import { isDamage } from '../partitions/damage.ts';
import type { YieldTurn } from '../turns.ts';
import { setDamagedAside } from './lost-partitions.ts';
import type { WriterContext } from './writer-context.ts';

/** What one hour's part of a segment may take in its file and in the journal of that, before it is looked at again. */
const bytesPerLogByte = 4;

export function flushHandlers(context: WriterContext, afterFlush: () => void) {
  return {
    flush: (segment: ClosedSegment): Promise<FlushOutcome> =>
      context.lanes.run('urgent', async (yieldTurn) => {
        const outcome = await flush(context, segment, yieldTurn);
        afterFlush();
        return outcome;
      }),
  };
}

async function flush(
  context: WriterContext,
  { number, path }: ClosedSegment,
  yieldTurn: YieldTurn,
): Promise<FlushOutcome> {
  const { catalog, write, clock, log } = context;
  let refusedSeries = 0;
  let joinedGaps = 0;
  if (number > catalog.flushed.last()) {
    const nowMs = Math.trunc(clock.now());
    const flushed = await flushFile(context, { number, path }, yieldTurn);
    joinedGaps = await applyFlushed(catalog, write, flushed.records, nowMs);
    const { ticks, doubles, outdated, damaged } = flushed;
    refusedSeries = flushed.refusedSeries;
    const lost = damaged.filter(({ isTail }) => !isTail);
    if (lost.length > 0)
      log.error({ segment: number, damaged: lost }, 'log is damaged; what is lost of it is a gap');
    log.debug({ segment: number, ticks, doubles, outdated, damaged: damaged.length }, 'segment flushed');
  }
  rmSync(path, { force: true });
  return { refusedSeries, joinedGaps };
}

/** A hot file that is damaged is set aside; then the segment gets a new one. */
async function flushFile(
  context: WriterContext,
  { number, path }: ClosedSegment,
  yieldTurn: YieldTurn,
): Promise<FlushedSegment> {
  const { data, catalog, retentionClock, room } = context;
  const { ageMs } = data.keep;
  const options: FlushOptions = {
    root: data.dataDir,
    segment: number,
    numberOf: (node) => catalog.nodes.find(node),
    oldestMs: retentionClock.now() - Math.max(ageMs.raw, ageMs.minute, ageMs['ten-minutes']),
    room,
    yieldTurn,
  };
  const bytes = await readFile(path);
  room.lookAgain();
  const held = await room.take(null, bytesPerLogByte * bytes.length, yieldTurn);
  try {
    return await flushSegment(bytes, options);
  } catch (error) {
    if (!isDamage(error) || (await setDamagedAside(context, 'hot', yieldTurn)) === 0) throw error;
    return await flushSegment(bytes, options);
  } finally {
    held.release();
  }
}
