// In: a profile.proto as pprof reads it. Out: the profile it tells; inlined functions are frames of their own, labels are left
// out. https://github.com/google/pprof/blob/main/proto/profile.proto
// It refuses (ImportError) bytes that are no such message, and samples that point to what is not there.
import { Sample } from 'pprof-format';
import { moduleFrame } from './file-frame.ts';
import type { FileProfile, ToldBesides } from './file-profile.ts';
import { badFile } from './import-error.ts';
import { type PprofLocation, type PprofTables, profileFields, readTables } from './pprof-tables.ts';
import { chooseWeight, frequencyOf } from './pprof-value.ts';
import { decoded, fieldsOf } from './proto-fields.ts';
import { StackGatherer } from './stack-gatherer.ts';

const nanosPerMs = 1_000_000n;

export function parsePprof(
  bytes: Uint8Array,
  besides: ToldBesides,
  gatherer = new StackGatherer(),
): FileProfile {
  const tables = readTables(bytes);
  const choice = chooseWeight(tables);
  const framesOf = frameReader(tables, gatherer);
  let samples = 0;
  let number = 0;
  for (const { field, kind, value } of fieldsOf(bytes, 'pprof')) {
    if (field !== profileFields.sample || kind !== 'bytes') continue;
    number += 1;
    const where = `pprof: sample ${number}`;
    const { locationId, value: values } = decoded(where, () => Sample.decode(value));
    const weight = signed(values[choice.place]) * choice.factor;
    const frames = locationId.flatMap((id) => framesOf(BigInt(id), where));
    gatherer.add(frames.reverse(), Math.round(weight), where);
    samples += choice.samplesPlace < 0 ? 1 : Math.max(0, signed(values[choice.samplesPlace]));
  }
  const { event, unit } = choice;
  return {
    ...gatherer.build('pprof'),
    event,
    unit,
    frequencyHz: frequencyOf(tables) ?? besides.frequencyHz,
    samples,
    startedTimeMs: tables.timeNanos > 0n ? Number(tables.timeNanos / nanosPerMs) : null,
    durationMs: tables.durationNanos > 0n ? Number(tables.durationNanos / nanosPerMs) : null,
  };
}

/** Leaf first, as samples have them. */
function frameReader(
  tables: PprofTables,
  gatherer: StackGatherer,
): (id: bigint, where: string) => readonly number[] {
  const known = new Map<bigint, readonly number[]>();
  return (id, where) => {
    const frames = known.get(id);
    if (frames !== undefined) return frames;
    const location = tables.locations.get(id);
    if (location === undefined) throw badFile(`${where}: location ${id} is not there`);
    const read = readFrames(tables, location).map(({ function: name, module }) =>
      gatherer.frame(name, module),
    );
    known.set(id, read);
    return read;
  };
}

function readFrames(tables: PprofTables, { mapping, functions }: PprofLocation) {
  const file = tables.text(tables.mappings.get(mapping) ?? 0);
  if (functions.length === 0) return [moduleFrame('', file)];
  return functions.map((id) => {
    const found = tables.functions.get(id);
    if (found === undefined) throw badFile(`pprof: function ${id} is not there`);
    const name = tables.text(found.name) || tables.text(found.systemName);
    return moduleFrame(name, file || tables.text(found.filename));
  });
}

/** Numbers below 0 arrive as large ones. */
function signed(value: number | bigint | undefined): number {
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : (value ?? 0);
}
