// Classes, positions, receipts, refusals and gaps, both ways. Decoding refuses unknown classes and numbers that are no
// sequence numbers.
import type { AckInput, Ack as WireAck } from '../../proto/gen/jidi/v1/Ack.ts';
import type { DataClass as WireClass } from '../../proto/gen/jidi/v1/DataClass.ts';
import type { GapInput, Gap as WireGap } from '../../proto/gen/jidi/v1/Gap.ts';
import type { PositionInput, Position as WirePosition } from '../../proto/gen/jidi/v1/Position.ts';
import type { RefusalInput, Refusal as WireRefusal } from '../../proto/gen/jidi/v1/Refusal.ts';
import type { DataClass, Gap, Position } from '../model/delivery.ts';
import { truncate } from '../text.ts';
import {
  checkCount,
  checkInteger,
  checkPattern,
  checkPresent,
  checkText,
  checkTime,
  maxUint32,
  wireBounds,
} from './bounds.ts';
import { malformed } from './wire-error.ts';

/** Receipt: everything up to the position is on the collector's disk. */
export interface Ack {
  readonly position: Position;
  /** How many batches may be under way from now on. */
  readonly credit: number;
}

/** What will not be stored. */
export interface Refusal {
  readonly position: Position;
  /** Stable word: malformed, too-large, series-limit, out-of-order, future. */
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

export function encodePosition({ dataClass, sequence }: Position): PositionInput {
  return { dataClass: encodeClass(dataClass), sequence };
}

export function decodePosition(field: string, { dataClass, sequence }: WirePosition): Position {
  return {
    dataClass: decodeClass(`${field}.data_class`, dataClass),
    sequence: checkCount(`${field}.sequence`, sequence),
  };
}

/** The place of something that was sent: never 0. */
export function decodeSent(field: string, sent: WirePosition): Position {
  const position = decodePosition(field, sent);
  if (position.sequence === 0) throw malformed(`${field}.sequence`, '0 comes before the first one');
  return position;
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
  return { ...encodePosition(position), code, message: truncate(message, wireBounds.reasonText) };
}

export function decodeRefusal(refusal: WireRefusal): Refusal {
  return {
    position: decodeSent('refusal', refusal),
    code: checkPattern('refusal.code', refusal.code, wordPattern),
    message: checkText('refusal.message', refusal.message, wireBounds.reasonText),
  };
}

export function encodeGap({ dataClass, fromTimeMs, toTimeMs, count, reason }: Gap): GapInput {
  return { dataClass: encodeClass(dataClass), fromTimeMs, toTimeMs, count, reason };
}

export function decodeGap(gap: WireGap): Gap {
  const fromTimeMs = checkTime('gap.from_time_ms', gap.fromTimeMs);
  const toTimeMs = checkTime('gap.to_time_ms', gap.toTimeMs);
  if (toTimeMs < fromTimeMs) throw malformed('gap.to_time_ms', 'before gap.from_time_ms');
  return {
    dataClass: decodeClass('gap.data_class', gap.dataClass),
    fromTimeMs,
    toTimeMs,
    count: checkInteger('gap.count', gap.count, 1, Number.MAX_SAFE_INTEGER),
    reason: checkPattern('gap.reason', gap.reason, wordPattern),
  };
}
