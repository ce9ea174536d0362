// The lanes of a spool. In: its storage, how it ended last time. Out: lanes that go on where it stopped, and what was lost.
import type { Clock } from '../../shared/clock.ts';
import { type DataClass, dataClasses } from '../../shared/model/delivery.ts';
import type { BatchCodec } from './batch-codec.ts';
import { Lane } from './lane.ts';
import type { Loss } from './segment-scan.ts';
import type { SegmentStorage } from './segment-storage.ts';
import type { DropReason } from './spool.ts';

/** Shares of the limit, in 64ths. */
export const shares: Readonly<Record<DataClass, number>> = {
  result: 4,
  event: 8,
  metric: 40,
  process: 6,
  profile: 6,
};

export interface LaneSetOptions {
  readonly spoolId: string;
  readonly bootId: string;
  readonly storage: SegmentStorage;
  readonly codec: BatchCodec;
  readonly clock: Clock;
  readonly limitBytes: number;
  readonly segmentBytes: number;
}

/**
 * How the spool ended. new: there was none; whole: everything that was numbered is here; unsynced: the machine went
 * down, what was numbered last may be missing; unwritten: the disk had refused, nobody knows how much is missing.
 * Nothing that may be missing is older than `sinceMs`.
 */
export type SpoolStart =
  | { readonly kind: 'new' }
  | { readonly kind: 'whole' | 'unsynced' | 'unwritten'; readonly sinceMs: number; readonly untilMs: number };

/** More than is ever put within ten seconds, and within an outage of the disk. */
const skipped = { unsynced: 1_000, unwritten: 1_000_000 } as const;

export interface LaneLoss {
  readonly lane: Lane;
  readonly loss: Loss;
  readonly reason: DropReason;
}

export function createLanes(options: LaneSetOptions): ReadonlyMap<DataClass, Lane> {
  const create = (dataClass: DataClass) =>
    new Lane({ ...options, dataClass, shareBytes: (options.limitBytes * shares[dataClass]) / 64 });
  return new Map(dataClasses.map((dataClass) => [dataClass, create(dataClass)]));
}

/** `attempt`: what the disk may refuse without any harm but its refusal. Throws the system's error. */
export function openLanes(
  lanes: ReadonlyMap<DataClass, Lane>,
  { storage, start }: LaneSetOptions & { readonly start: SpoolStart },
  attempt: (act: () => void) => unknown,
): readonly LaneLoss[] {
  const lost: LaneLoss[] = [];
  const names = storage.list();
  for (const lane of lanes.values()) {
    const { losses, next, itemsNext, toMs } = lane.segments.open(names);
    lost.push(...losses.map((loss): LaneLoss => ({ lane, loss: timed(loss, start), reason: 'damaged' })));
    let first = next;
    if (start.kind === 'unsynced' || start.kind === 'unwritten') {
      first += skipped[start.kind];
      const fromMs = toMs === 0 ? Math.min(start.sinceMs, start.untilMs) : toMs;
      const loss = { from: next, to: first - 1, items: 0, fromMs, toMs: Math.max(fromMs, start.untilMs) };
      lost.push({ lane, loss, reason: 'restart' });
    }
    lane.beginRun(first, itemsNext);
    // Its name keeps the number, whatever becomes of the others.
    const isNamed = first === next && lane.segments.all.length > 0;
    if (isNamed || !storage.isDurable) continue;
    attempt(() => lane.segments.begin({ sequence: first, itemsBefore: itemsNext }));
  }
  return [...lost, ...rememberDeclared(lanes)];
}

/** Where not even the record before can be read, nobody knows more than how long the spool has been in use. */
function timed(loss: Loss, start: SpoolStart): Loss {
  if (loss.fromMs !== 0 || start.kind === 'new') return loss;
  return { ...loss, fromMs: Math.min(start.sinceMs, start.untilMs), toMs: start.untilMs };
}

/** Losses that are declared and whose declaration still waits. Out: what turned out to be lost of the declarations. */
function rememberDeclared(lanes: ReadonlyMap<DataClass, Lane>): readonly LaneLoss[] {
  const events = lanes.get('event');
  const lost: LaneLoss[] = [];
  if (events === undefined) return lost;
  let reached = 0;
  for (;;) {
    const { batches, losses } = events.after(reached, events.next - 1, 64);
    lost.push(...losses.map((loss): LaneLoss => ({ lane: events, loss, reason: 'damaged' })));
    if (batches.length === 0) return lost;
    for (const { sequence, payload } of batches) {
      reached = sequence;
      if (payload.kind !== 'gap' || payload.gap.sequences === null) continue;
      lanes.get(payload.gap.dataClass)?.declared({ ...payload.gap.sequences, event: sequence });
    }
  }
}
