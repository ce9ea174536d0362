// Classes, positions, receipts, refusals and gaps, both ways. Decoding refuses unknown classes and numbers that are no
// sequence numbers.
import type { AckInput, Ack as WireAck } from '../../proto/gen/jidi/v1/Ack.ts';
import type { DataClass as WireClass } from '../../proto/gen/jidi/v1/DataClass.ts';
import type { GapInput, Gap as WireGap } from '../../proto/gen/jidi/v1/Gap.ts';
import type { HeldInput, Held as WireHeld } from '../../proto/gen/jidi/v1/Held.ts';
import type { PositionInput, Position as WirePosition } from '../../proto/gen/jidi/v1/Position.ts';
import type { RefusalInput, Refusal as WireRefusal } from '../../proto/gen/jidi/v1/Refusal.ts';
import type { SequenceRange as WireRange } from '../../proto/gen/jidi/v1/SequenceRange.ts';
import type { DataClass, Gap, Held, Position, SequenceRange, StoredPosition } from '../model/delivery.ts';
import { truncate } from '../text.ts';
import {
  checkCount,
  checkInteger,
  checkList,
  checkPattern,
  checkPresent,
  checkText,
  checkTime,
  maxUint32,
  wireBounds,
} from './bounds.ts';
import { malformed } from './wire-error.ts';

/** Receipt: what the position names is on the collector's disk, or declared lost there. */
export interface Ack {
  readonly position: StoredPosition;
  /** How many batches may be under way from now on. */
  readonly credit: number;
}

/** What will not be stored. */
export interface Refusal {
  readonly position: Position;
  /** Stable word: malformed, too-large, series-limit, future, past, overload. */
  readonly code: string;
  readonly message: string;
}

const wireClasses = {
  result: 'DATA_CLASS_RESULT',
  event: 'DATA_CLASS_EVENT',
  metric: 'DATA_CLASS_METRIC',
  process: 'DATA_CLASS_PROCESS',
  profile: 'DATA_CLASS_PROFILE',
} as const satisfies Record<DataClass, WireClass>;

const classes: ReadonlyMap<unknown, DataClass> = new Map(
  Object.entries(wireClasses).map(([dataClass, wire]) => [wire, dataClass as DataClass]),
);

const wordPattern = /^[a-z][a-z0-9-]{0,63}$/;

export function encodeClass(dataClass: DataClass): WireClass {
  return wireClasses[dataClass];
}

function decodeClass(field: string, wire: WireClass): DataClass {
  const dataClass = classes.get(wire);
  if (dataClass === undefined) throw malformed(field, `${wire} is no class of data`);
  return dataClass;
}

export function encodePosition({ dataClass, sequence, beyond }: StoredPosition): PositionInput {
  return { dataClass: encodeClass(dataClass), sequence, beyond: [...beyond] };
}

export function decodePosition(field: string, position: WirePosition): StoredPosition {
  const sequence = checkCount(`${field}.sequence`, position.sequence);
  let above = sequence;
  const beyond = checkList(`${field}.beyond`, position.beyond, wireBounds.sequenceRanges).map((wire) => {
    const range = decodeRange(`${field}.beyond`, wire);
    // What touches the range before it, or the position itself, belongs to that one.
    if (range.from <= above + 1) throw malformed(`${field}.beyond`, `${range.from} does not lie apart`);
    above = range.to;
    return range;
  });
  return { dataClass: decodeClass(`${field}.data_class`, position.dataClass), sequence, beyond };
}

function decodeRange(field: string, { from, to }: WireRange): SequenceRange {
  checkInteger(`${field}.from`, from, 1, Number.MAX_SAFE_INTEGER);
  return { from, to: checkInteger(`${field}.to`, to, from, Number.MAX_SAFE_INTEGER) };
}

/** The place of something that was sent: never 0. */
export function decodeSent(field: string, sent: Pick<WirePosition, 'dataClass' | 'sequence'>): Position {
  const sequence = checkSequence(`${field}.sequence`, sent.sequence);
  return { dataClass: decodeClass(`${field}.data_class`, sent.dataClass), sequence };
}

export function checkSequence(field: string, sequence: number): number {
  if (sequence === 0) throw malformed(field, '0 comes before the first one');
  return checkCount(field, sequence);
}

export function encodeHeld({ dataClass, first, next }: Held): HeldInput {
  return { dataClass: encodeClass(dataClass), firstSequence: first, nextSequence: next };
}

export function decodeHeld(field: string, held: WireHeld): Held {
  const first = checkInteger(`${field}.first_sequence`, held.firstSequence, 1, Number.MAX_SAFE_INTEGER);
  const next = checkInteger(`${field}.next_sequence`, held.nextSequence, first, Number.MAX_SAFE_INTEGER);
  return { dataClass: decodeClass(`${field}.data_class`, held.dataClass), first, next };
}

export function encodeAck({ position, credit }: Ack): AckInput {
  return { position: encodePosition(position), credit };
}

export function decodeAck({ position, credit }: WireAck): Ack {
  return {
    position: decodePosition('ack.position', checkPresent('ack.position', position)),
    credit: checkInteger('ack.credit', credit, 0, maxUint32),
  };
}

export function encodeRefusal({ position, code, message }: Refusal): RefusalInput {
  const { dataClass, sequence } = position;
  return {
    dataClass: encodeClass(dataClass),
    sequence,
    code,
    message: truncate(message, wireBounds.reasonText),
  };
}

export function decodeRefusal(refusal: WireRefusal): Refusal {
  return {
    position: decodeSent('refusal', refusal),
    code: checkPattern('refusal.code', refusal.code, wordPattern),
    message: checkText('refusal.message', refusal.message, wireBounds.reasonText),
  };
}

export function encodeGap({ dataClass, fromTimeMs, toTimeMs, count, reason, sequences }: Gap): GapInput {
  const { from, to } = sequences ?? { from: 0, to: 0 };
  const place = { fromSequence: from, toSequence: to };
  return { dataClass: encodeClass(dataClass), fromTimeMs, toTimeMs, count, reason, ...place };
}

export function decodeGap(gap: WireGap): Gap {
  const fromTimeMs = checkTime('gap.from_time_ms', gap.fromTimeMs);
  const toTimeMs = checkTime('gap.to_time_ms', gap.toTimeMs);
  if (toTimeMs < fromTimeMs) throw malformed('gap.to_time_ms', 'before gap.from_time_ms');
  return {
    dataClass: decodeClass('gap.data_class', gap.dataClass),
    fromTimeMs,
    toTimeMs,
    count: checkCount('gap.count', gap.count),
    reason: checkPattern('gap.reason', gap.reason, wordPattern),
    sequences: decodeGapSequences(gap),
  };
}

function decodeGapSequences({ fromSequence: from, toSequence: to }: WireGap): SequenceRange | null {
  return from === 0 && to === 0 ? null : decodeRange('gap.sequences', { from, to });
}
