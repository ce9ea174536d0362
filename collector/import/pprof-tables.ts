// What the samples of a profile.proto point to: strings, functions, locations, mappings, and what values count.
// https://github.com/google/pprof/blob/main/proto/profile.proto
// It refuses (ImportError) more entries than any program has, and texts that are not there.
import { Location, Mapping, Function as PprofFunction, ValueType } from 'pprof-format';
import { badFile, tooLarge } from './import-error.ts';
import { decoded, fieldsOf } from './proto-fields.ts';

/** Of each table. */
const mostEntries = 1_000_000;

export interface PprofFunctionEntry {
  readonly name: number;
  readonly systemName: number;
  readonly filename: number;
}

export interface PprofLocation {
  readonly mapping: bigint;
  /** Functions, the innermost first: the others are those that it was put into. */
  readonly functions: readonly bigint[];
}

export interface CountedValue {
  readonly type: string;
  readonly unit: string;
}

export interface PprofTables {
  readonly values: readonly CountedValue[];
  readonly period: number;
  readonly periodType: CountedValue | null;
  readonly timeNanos: bigint;
  readonly durationNanos: bigint;
  readonly functions: ReadonlyMap<bigint, PprofFunctionEntry>;
  readonly locations: ReadonlyMap<bigint, PprofLocation>;
  /** File name of each mapping, its place among the texts. */
  readonly mappings: ReadonlyMap<bigint, number>;
  text(place: number): string;
}

/** Numbers of the fields of a profile. */
export const profileFields = {
  sampleType: 1,
  sample: 2,
  mapping: 3,
  location: 4,
  function: 5,
  string: 6,
  timeNanos: 9,
  durationNanos: 10,
  periodType: 11,
  period: 12,
} as const;

export function readTables(bytes: Uint8Array): PprofTables {
  const texts = new Texts();
  const functions = new Map<bigint, PprofFunctionEntry>();
  const locations = new Map<bigint, PprofLocation>();
  const mappings = new Map<bigint, number>();
  const valueTypes: ValueType[] = [];
  let periodType: ValueType | null = null;
  const numbers = new Map<number, bigint>();
  for (const { field, kind, value } of fieldsOf(bytes, 'pprof')) {
    if (kind === 'number') numbers.set(field, value);
    else if (field === profileFields.string) texts.add(value);
    else if (field === profileFields.sampleType)
      valueTypes.push(decoded('pprof: a value type', () => ValueType.decode(value)));
    else if (field === profileFields.periodType)
      periodType = decoded('pprof: a value type', () => ValueType.decode(value));
    else if (field === profileFields.function) addFunction(functions, value);
    else if (field === profileFields.location) addLocation(locations, value);
    else if (field === profileFields.mapping) addMapping(mappings, value);
    if (Math.max(functions.size, locations.size, mappings.size, valueTypes.length) > mostEntries)
      throw tooLarge(`pprof: field ${field}: more than ${mostEntries} entries`);
  }
  const counted = ({ type, unit }: ValueType): CountedValue => ({
    type: texts.at(Number(type)),
    unit: texts.at(Number(unit)),
  });
  return {
    values: valueTypes.map(counted),
    period: Number(numbers.get(profileFields.period) ?? 0n),
    periodType: periodType === null ? null : counted(periodType),
    timeNanos: numbers.get(profileFields.timeNanos) ?? 0n,
    durationNanos: numbers.get(profileFields.durationNanos) ?? 0n,
    functions,
    locations,
    mappings,
    text: (place) => texts.at(place),
  };
}

function addFunction(functions: Map<bigint, PprofFunctionEntry>, bytes: Uint8Array): void {
  const { id, name, systemName, filename } = decoded('pprof: a function', () => PprofFunction.decode(bytes));
  functions.set(BigInt(id), {
    name: Number(name),
    systemName: Number(systemName),
    filename: Number(filename),
  });
}

function addLocation(locations: Map<bigint, PprofLocation>, bytes: Uint8Array): void {
  const { id, mappingId, line } = decoded('pprof: a location', () => Location.decode(bytes));
  const functions = line.map(({ functionId }) => BigInt(functionId));
  locations.set(BigInt(id), { mapping: BigInt(mappingId), functions });
}

function addMapping(mappings: Map<bigint, number>, bytes: Uint8Array): void {
  const { id, filename } = decoded('pprof: a mapping', () => Mapping.decode(bytes));
  mappings.set(BigInt(id), Number(filename));
}

/** Decoded when they are asked for: most of a large table may be of no sample. */
class Texts {
  readonly #bytes: Uint8Array[] = [];
  readonly #decoded = new Map<number, string>();

  add(bytes: Uint8Array): void {
    this.#bytes.push(bytes);
    if (this.#bytes.length > mostEntries) throw tooLarge(`pprof: more than ${mostEntries} texts`);
  }

  at(place: number): string {
    const known = this.#decoded.get(place);
    if (known !== undefined) return known;
    const bytes = this.#bytes[place];
    // A profile without any text has not even the empty one.
    if (bytes === undefined && place !== 0) throw badFile(`pprof: text ${place} is not there`);
    const text = Buffer.from(bytes ?? []).toString();
    this.#decoded.set(place, text);
    return text;
  }
}
