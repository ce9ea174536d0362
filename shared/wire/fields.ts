// Checks that every decoder needs. In: a field as it arrived. Out: the same, when it is within its bounds.
import { malformed, WireError } from './wire-error.ts';

/** 9999-12-31, ms since the Unix epoch: nothing real lies past it. */
const maxTimeMs = 253_402_300_799_999;

export function textField(subject: string, value: string, maxLength: number): string {
  if (value.length > maxLength)
    throw new WireError('too-large', subject, `longer than ${maxLength} characters`);
  return value;
}

export function countField(subject: string, value: number, max = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || value < 0 || value > max)
    throw malformed(subject, `not within 0 to ${max}`);
  return value;
}

export function timeField(subject: string, value: number): number {
  return countField(subject, value, maxTimeMs);
}

/** On the wire 0 says: not known. */
export function optionalTime(subject: string, value: number): number | null {
  return value === 0 ? null : timeField(subject, value);
}

export function listField<T>(subject: string, value: readonly T[], maxLength: number): readonly T[] {
  if (value.length > maxLength) throw new WireError('too-large', subject, `more than ${maxLength} entries`);
  return value;
}

/** A lookup in both directions between words of the model and names of a protocol enum. */
export class EnumMap<Model extends string, Wire extends string> {
  readonly #toWire: ReadonlyMap<Model, Wire>;
  readonly #toModel: ReadonlyMap<unknown, Model>;

  constructor(pairs: Readonly<Record<Model, Wire>>) {
    const entries = Object.entries(pairs) as [Model, Wire][];
    this.#toWire = new Map(entries);
    this.#toModel = new Map(entries.map(([model, wire]) => [wire, model]));
  }

  toWire(model: Model): Wire {
    const wire = this.#toWire.get(model);
    if (wire === undefined) throw new TypeError(`no protocol name for ${model}`);
    return wire;
  }

  /** An unknown name arrives as a number. */
  toModel(subject: string, wire: unknown): Model {
    const model = this.#toModel.get(wire);
    if (model === undefined) throw malformed(subject, 'unknown value');
    return model;
  }
}
