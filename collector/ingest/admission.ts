// In: what a node sent, and what must be added to its times. Out: the payload with times of the collector's clock, or why
// it may not enter, apart from what the decoder refuses.
import { movedSnapshot } from '../../shared/column-snapshot.ts';
import type { Payload } from '../../shared/model/batch.ts';
import type { SeriesDefinition } from '../../shared/model/metric.ts';
import { wireBounds } from '../../shared/wire/bounds.ts';

export interface RefusedBatch {
  /** `future` and `past`: nobody can know when it was measured. */
  readonly code: 'future' | 'past' | 'malformed' | 'overload';
  readonly message: string;
}

/** How far a node's clock may run ahead of the collector's. */
const maxAheadMs = 10 * 60_000;
/** 2001-01-01: a machine whose clock has no battery begins before. */
const earliestMs = 978_307_200_000;

const textOfLists = new WeakMap<readonly SeriesDefinition[], number>();

/**
 * Null: welcome. An agent names all of its series in the first message of a stream, so none has more text than a message holds.
 * Names that grow by and by would be written with each segment of the log.
 */
export function checkSeries(payload: Payload): RefusedBatch | null {
  if (payload.kind !== 'metrics') return null;
  const most = wireBounds.messageBytes;
  if (payload.ticks.every(({ series }) => textOf(series) <= most)) return null;
  return { code: 'malformed', message: `names and labels of the series have more than ${most} characters` };
}

function textOf(series: readonly SeriesDefinition[]): number {
  const known = textOfLists.get(series);
  if (known !== undefined) return known;
  let text = 0;
  for (const { metric, labels } of series) {
    text += metric.length;
    for (const name in labels) text += name.length + (labels[name]?.length ?? 0);
  }
  textOfLists.set(series, text);
  return text;
}

/** Null: welcome. A batch that was stored before is welcome, too: the store knows it and it is acknowledged again. */
export function checkTimes(payload: Payload, nowMs: number): RefusedBatch | null {
  const timesMs = timesOf(payload);
  const oldest = timesMs[0] ?? earliestMs;
  const newest = timesMs.at(-1) ?? 0;
  if (newest > nowMs + maxAheadMs) {
    const ahead = Math.round((newest - nowMs) / 60_000);
    return {
      code: 'future',
      message: `time lies ${ahead} minutes in the future; set the clock of the node (chronyc tracking shows it)`,
    };
  }
  if (oldest < earliestMs) {
    return {
      code: 'past',
      message: 'time lies before the year 2001; set the clock of the node (chronyc tracking shows it)',
    };
  }
  if (timesMs.some((time, index) => index > 0 && time <= (timesMs[index - 1] ?? 0))) {
    return { code: 'malformed', message: 'times within a batch do not ascend' };
  }
  return null;
}

/**
 * The payload with times moved by so much. A declared loss is moved to where it can be: it must be declared whatever the
 * node's clock says.
 */
export function correctTimes(payload: Payload, addMs: number, nowMs: number): Payload {
  if (payload.kind === 'gap') {
    const { gap } = payload;
    const toTimeMs = within(gap.toTimeMs + addMs, nowMs);
    const fromTimeMs = Math.min(toTimeMs, within(gap.fromTimeMs + addMs, nowMs));
    return { kind: 'gap', gap: { ...gap, fromTimeMs, toTimeMs } };
  }
  if (addMs === 0) return payload;
  if (payload.kind === 'metrics') {
    return { kind: 'metrics', ticks: payload.ticks.map((tick) => moved(tick, addMs)) };
  }
  if (payload.kind === 'processes') {
    return {
      kind: 'processes',
      snapshots: payload.snapshots.map((snapshot) => movedSnapshot(snapshot, snapshot.timeMs + addMs)),
    };
  }
  return payload.kind === 'inventory'
    ? { kind: 'inventory', inventory: moved(payload.inventory, addMs) }
    : payload;
}

/** How many items, and from when to when; of reports nobody asks. */
export function extentOf(payload: Payload): { count: number; timesMs: readonly number[] } {
  const timesMs = timesOf(payload);
  return { count: Math.max(1, timesMs.length), timesMs };
}

function moved<Item extends { readonly timeMs: number }>(item: Item, addMs: number): Item {
  return { ...item, timeMs: item.timeMs + addMs };
}

function within(timeMs: number, nowMs: number): number {
  return Math.min(Math.max(timeMs, earliestMs), nowMs);
}

function timesOf(payload: Payload): readonly number[] {
  if (payload.kind === 'metrics') return payload.ticks.map((tick) => tick.timeMs);
  if (payload.kind === 'processes') return payload.snapshots.map((snapshot) => snapshot.timeMs);
  if (payload.kind === 'inventory') return [payload.inventory.timeMs];
  return [];
}
