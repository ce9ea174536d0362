// In: a profile and its stacks. Out: a gzipped profile.proto as pprof reads it.
// https://github.com/google/pprof/blob/main/proto/profile.proto
import { gzipSync } from 'node:zlib';
import { type FunctionInput, type LocationInput, Profile as Pprof, StringTable } from 'pprof-format';
import type { Profile, StackTree } from '../../../shared/model/profile.ts';
import { visible } from '../../../shared/text.ts';
import { type MergedStacks, mergeStacks } from './merged-stacks.ts';
import { frameName, restName, sampledStacks } from './sampled-stacks.ts';

const nanosecondsPerMs = 1_000_000n;

export function encodePprof(profile: Profile, tree: StackTree): Uint8Array {
  const merged = mergeStacks(tree);
  const strings = new StringTable();
  const { functions, locations } = placesOf(merged, strings);
  const periodNanoseconds = Math.round(1e9 / profile.frequencyHz);
  const { stacks, rest } = sampledStacks(merged);
  const sample = stacks.map(({ frameIds, samples }) => ({
    // Leaf first; ids begin at 1.
    locationId: frameIds.map((frame) => frame + 1).reverse(),
    value: [samples, samples * periodNanoseconds],
  }));
  if (rest > 0) {
    const id = merged.frames.length + 1;
    functions.push({ id, name: strings.dedup(restName) });
    locations.push({ id, line: [{ functionId: id }] });
    sample.push({ locationId: [id], value: [rest, rest * periodNanoseconds] });
  }
  const cpu = { type: strings.dedup('cpu'), unit: strings.dedup('nanoseconds') };
  const encoded = new Pprof({
    sampleType: [{ type: strings.dedup('samples'), unit: strings.dedup('count') }, cpu],
    sample,
    location: locations,
    function: functions,
    stringTable: strings,
    periodType: cpu,
    period: periodNanoseconds,
    timeNanos: nanoseconds(profile.startedTimeMs ?? profile.createdTimeMs),
    durationNanos: nanoseconds(sampledMs(profile)),
  }).encode();
  return gzipSync(encoded);
}

/** One location for each frame: addresses are not known here. */
function placesOf(
  merged: MergedStacks,
  strings: StringTable,
): { functions: FunctionInput[]; locations: LocationInput[] } {
  const functions = merged.frames.map((frame, index) => {
    const name = strings.dedup(frameName(frame));
    return { id: index + 1, name, systemName: name, filename: strings.dedup(visible(frame.module)) };
  });
  const locations = functions.map(({ id }) => ({ id, line: [{ functionId: id }] }));
  return { functions, locations };
}

function nanoseconds(ms: number): bigint {
  return BigInt(Math.max(0, Math.round(ms))) * nanosecondsPerMs;
}

function sampledMs(profile: Profile): number {
  if (profile.startedTimeMs === null || profile.endedTimeMs === null) return profile.durationMs;
  return profile.endedTimeMs - profile.startedTimeMs;
}
