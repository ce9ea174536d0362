// In: a profile and its stacks. Out: a gzipped profile.proto as pprof reads it.
// https://github.com/google/pprof/blob/main/proto/profile.proto
import { gzipSync } from 'node:zlib';
import {
  type FunctionInput,
  type LocationInput,
  type MappingInput,
  Profile as Pprof,
  StringTable,
} from 'pprof-format';
import type { Profile } from '../../../../shared/model/profile.ts';
import type { Stacks } from '../../../../shared/stacks/stacks.ts';
import { mergeTrees, type SentTree } from '../../../../shared/stacks/stacks-builder.ts';
import { visible } from '../../../../shared/text.ts';
import { frameName, restName, sampledStacks } from './sampled-stacks.ts';

const nanosecondsPerMs = 1_000_000n;
/** What a value of a sample holds. */
const largest = 2n ** 63n - 1n;

export function encodePprof(profile: Profile, tree: SentTree): Uint8Array {
  const merged = mergeTrees([tree]);
  const strings = new StringTable();
  const { functions, locations, mappings } = placesOf(merged, strings);
  const { sampleType, periodType, valuesOf, period } = valueTypes(profile, strings);
  const { stacks, rest } = sampledStacks(merged);
  const sample = stacks.map(({ frameIds, samples }) => ({
    // Leaf first; ids begin at 1.
    locationId: frameIds.map((frame) => frame + 1).reverse(),
    value: valuesOf(samples),
  }));
  if (rest > 0) {
    const id = merged.frames.length + 1;
    functions.push({ id, name: strings.dedup(restName) });
    locations.push({ id, line: [{ functionId: id }] });
    sample.push({ locationId: [id], value: valuesOf(rest) });
  }
  const encoded = new Pprof({
    sampleType,
    sample,
    mapping: mappings,
    location: locations,
    function: functions,
    stringTable: strings,
    periodType,
    period,
    timeNanos: nanosecondsOf(beganMs(profile)),
    durationNanos: nanosecondsOf(sampledMs(profile)),
  }).encode();
  return gzipSync(encoded);
}

/** What the weights of a profile count: samples and the time they stand for, time itself, or events. */
function valueTypes({ unit, frequencyHz, event }: Profile, strings: StringTable) {
  const typeOf = (type: string, measure: string) => ({
    type: strings.dedup(type),
    unit: strings.dedup(measure),
  });
  const nanoseconds = Math.round(1e9 / frequencyHz);
  if (unit === 'microseconds') {
    const wall = typeOf('wall', 'nanoseconds');
    return {
      sampleType: [wall],
      periodType: wall,
      valuesOf: (weight: number) => [times(weight, 1000)],
      period: nanoseconds,
    };
  }
  if (unit === 'events') {
    const counted = typeOf(event, 'count');
    return { sampleType: [counted], periodType: counted, valuesOf: (weight: number) => [weight], period: 1 };
  }
  const cpu = typeOf('cpu', 'nanoseconds');
  const sampleType = [typeOf('samples', 'count'), cpu];
  const valuesOf = (weight: number) => [weight, times(weight, nanoseconds)];
  return { sampleType, periodType: cpu, valuesOf, period: nanoseconds };
}

/** Exact, also where a number is not. */
function times(weight: number, factor: number): number | bigint {
  const product = weight * factor;
  if (Number.isSafeInteger(product) || !Number.isInteger(weight)) return product;
  const exact = BigInt(weight) * BigInt(factor);
  return exact > largest ? largest : exact;
}

interface Places {
  readonly functions: FunctionInput[];
  readonly locations: LocationInput[];
  readonly mappings: MappingInput[];
}

/** One location for each frame and one mapping for each module: addresses are not known here. */
function placesOf(merged: Stacks, strings: StringTable): Places {
  const ids = new Map<string, number>();
  const mappings: MappingInput[] = [];
  const mappingOf = (module: string): number => {
    if (module === '') return 0;
    const known = ids.get(module) ?? mappings.length + 1;
    if (known > mappings.length) {
      // Readers would look for symbols themselves.
      mappings.push({ id: known, filename: strings.dedup(visible(module)), hasFunctions: true });
      ids.set(module, known);
    }
    return known;
  };
  const functions = merged.frames.map((frame, index) => {
    const name = strings.dedup(frameName(frame));
    return { id: index + 1, name, systemName: name, filename: strings.dedup(visible(frame.module)) };
  });
  const locations = merged.frames.map(({ module }, index) => ({
    id: index + 1,
    mappingId: mappingOf(module),
    line: [{ functionId: index + 1 }],
  }));
  return { functions, locations, mappings };
}

/** 0: not known. */
function beganMs({ startedTimeMs, createdTimeMs, target }: Profile): number {
  return startedTimeMs ?? (target.kind === 'file' ? 0 : createdTimeMs);
}

function nanosecondsOf(ms: number): bigint {
  return BigInt(Math.max(0, Math.round(ms))) * nanosecondsPerMs;
}

function sampledMs(profile: Profile): number {
  if (profile.startedTimeMs === null || profile.endedTimeMs === null) return profile.durationMs;
  return profile.endedTimeMs - profile.startedTimeMs;
}
