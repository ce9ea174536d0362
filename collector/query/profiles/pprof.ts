// In: a profile and its stacks. Out: a gzipped profile.proto as pprof reads it.
// https://github.com/google/pprof/blob/main/proto/profile.proto
import { gzipSync } from 'node:zlib';
import { type FunctionInput, type LocationInput, Profile as Pprof, StringTable } from 'pprof-format';
import type { Profile, StackTree } from '../../../shared/model/profile.ts';
import type { Stacks } from '../../../shared/stacks/stacks.ts';
import { mergeTrees } from '../../../shared/stacks/stacks-builder.ts';
import { visible } from '../../../shared/text.ts';
import { frameName, restName, sampledStacks } from './sampled-stacks.ts';

const nanosecondsPerMs = 1_000_000n;

export function encodePprof(profile: Profile, tree: StackTree): Uint8Array {
  const merged = mergeTrees([tree]);
  const strings = new StringTable();
  const { functions, locations } = placesOf(merged, strings);
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
    location: locations,
    function: functions,
    stringTable: strings,
    periodType,
    period,
    timeNanos: nanosecondsOf(profile.startedTimeMs ?? profile.createdTimeMs),
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
      valuesOf: (weight: number) => [weight * 1000],
      period: nanoseconds,
    };
  }
  if (unit === 'events') {
    const counted = typeOf(event, 'count');
    return { sampleType: [counted], periodType: counted, valuesOf: (weight: number) => [weight], period: 1 };
  }
  const cpu = typeOf('cpu', 'nanoseconds');
  const sampleType = [typeOf('samples', 'count'), cpu];
  const valuesOf = (weight: number) => [weight, weight * nanoseconds];
  return { sampleType, periodType: cpu, valuesOf, period: nanoseconds };
}

/** One location for each frame: addresses are not known here. */
function placesOf(
  merged: Stacks,
  strings: StringTable,
): { functions: FunctionInput[]; locations: LocationInput[] } {
  const functions = merged.frames.map((frame, index) => {
    const name = strings.dedup(frameName(frame));
    return { id: index + 1, name, systemName: name, filename: strings.dedup(visible(frame.module)) };
  });
  const locations = functions.map(({ id }) => ({ id, line: [{ functionId: id }] }));
  return { functions, locations };
}

function nanosecondsOf(ms: number): bigint {
  return BigInt(Math.max(0, Math.round(ms))) * nanosecondsPerMs;
}

function sampledMs(profile: Profile): number {
  if (profile.startedTimeMs === null || profile.endedTimeMs === null) return profile.durationMs;
  return profile.endedTimeMs - profile.startedTimeMs;
}
