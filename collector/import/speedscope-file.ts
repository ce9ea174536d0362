// In: JSON in the file format of speedscope. Out: the profile it tells: all its profiles together, as those of several threads are.
// https://www.speedscope.app/file-format-schema.json
// It refuses (ImportError) what is not in that format, and what counts neither samples nor time.
import { errorMessage } from '../../shared/errors.ts';
import type { WeightUnit } from '../../shared/model/profile.ts';
import { truncate, visible } from '../../shared/text.ts';
import { moduleFrame } from './file-frame.ts';
import { type FileProfile, type ToldBesides, unitOf } from './file-profile.ts';
import { badFile, ImportError, tooLarge } from './import-error.ts';
import { listOf, objectOf, shown, textOf } from './json-value.ts';
import { readEvents, readSamples } from './speedscope-stacks.ts';
import { StackGatherer } from './stack-gatherer.ts';

/** A text that is parsed as a whole takes many times its length. */
const mostBytes = 64 * 1024 * 1024;

const microseconds: ReadonlyMap<string, number> = new Map([
  ['nanoseconds', 1e-3],
  ['microseconds', 1],
  ['milliseconds', 1e3],
  ['seconds', 1e6],
]);

export function parseSpeedscope(
  bytes: Uint8Array,
  { event, frequencyHz }: ToldBesides,
  gatherer = new StackGatherer(),
): FileProfile {
  const file = objectOf(parseJson(bytes), 'speedscope');
  const frames = listOf(
    objectOf(file['shared'], 'speedscope: shared')['frames'],
    'speedscope: shared.frames',
  );
  const numbers = new Map<number, number>();
  const frameOf = (id: unknown, where: string): number => {
    const place = typeof id === 'number' && Number.isInteger(id) ? id : -1;
    const known = numbers.get(place);
    if (known !== undefined) return known;
    if (!(place in frames)) throw badFile(`${where}: frame ${shown(id)} is not there`);
    const { name, file: path } = frameNames(frames[place], place);
    const { function: called, module } = moduleFrame(name, path);
    const number = gatherer.frame(called, module);
    numbers.set(place, number);
    return number;
  };
  const units = new Set<string>();
  let samples = 0;
  for (const [place, each] of listOf(file['profiles'], 'speedscope: profiles').entries()) {
    const where = `speedscope: profiles[${place}]`;
    const profile = objectOf(each, where);
    const unit = textOf(profile['unit'], `${where}.unit`);
    units.add(unit);
    const add = (stack: readonly number[], weight: number, at: string): void => {
      gatherer.add(stack, Math.round(weight * (microseconds.get(unit) ?? 1)), at);
      samples += 1;
    };
    const type = textOf(profile['type'], `${where}.type`);
    if (type === 'sampled') readSamples(profile, { where, frameOf, add });
    else if (type === 'evented') readEvents(profile, { where, frameOf, add });
    else throw badFile(`${where}.type: ${shown(type)}, known are sampled and evented`);
  }
  const unit = unitOfAll(units, unitOf(event));
  const told = unit === unitOf(event) ? event : unit === 'microseconds' ? 'wall' : event;
  const built = gatherer.build('speedscope');
  const counted = unit === 'samples' ? built.stacks.weight : samples;
  const nothing = { startedTimeMs: null, durationMs: null };
  return { ...built, ...nothing, event: told, unit, frequencyHz, samples: counted };
}

function unitOfAll(units: ReadonlySet<string>, ofCounts: WeightUnit): WeightUnit {
  const [first = 'none'] = units;
  if ([...units].every((unit) => microseconds.has(unit))) return 'microseconds';
  if (units.size === 1 && first === 'none') return ofCounts;
  throw new ImportError(
    'unknown-unit',
    `speedscope: it counts ${truncate(visible([...units].join(', ')), 80)}`,
    'Choose a file of which all profiles count samples, or all time.',
  );
}

function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > mostBytes)
    throw tooLarge(`speedscope: ${bytes.length} bytes of JSON, at most ${mostBytes} are taken`);
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch (error) {
    throw badFile(`speedscope: ${truncate(visible(errorMessage(error)), 200)}`);
  }
}

function frameNames(frame: unknown, place: number): { readonly name: string; readonly file: string } {
  const where = `speedscope: shared.frames[${place}]`;
  const { name, file = '' } = objectOf(frame, where);
  return { name: textOf(name, `${where}.name`), file: textOf(file, `${where}.file`) };
}
