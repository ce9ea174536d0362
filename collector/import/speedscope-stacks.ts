// The stacks of one profile of a speedscope file. In: the profile. Out: each stack, root to leaf, with its weight: as it was
// sampled, or, of functions that were entered and left, the time between two such events.
import { badFile } from './import-error.ts';
import { type JsonObject, listOf, numberOf, objectOf, shown } from './json-value.ts';

export interface StackReading {
  /** For messages. */
  readonly where: string;
  readonly frameOf: (id: unknown, where: string) => number;
  readonly add: (stack: readonly number[], weight: number, where: string) => void;
}

export function readSamples(profile: JsonObject, { where, frameOf, add }: StackReading): void {
  const samples = listOf(profile['samples'], `${where}.samples`);
  const weights = listOf(profile['weights'], `${where}.weights`);
  if (weights.length !== samples.length)
    throw badFile(`${where}: ${samples.length} samples and ${weights.length} weights`);
  for (const [place, sample] of samples.entries()) {
    const at = `${where}.samples[${place}]`;
    const stack = listOf(sample, at).map((id) => frameOf(id, at));
    add(stack, numberOf(weights[place], `${where}.weights[${place}]`), at);
  }
}

export function readEvents(profile: JsonObject, { where, frameOf, add }: StackReading): void {
  const stack: number[] = [];
  let last = numberOf(profile['startValue'], `${where}.startValue`);
  for (const [place, each] of listOf(profile['events'], `${where}.events`).entries()) {
    const at = `${where}.events[${place}]`;
    const { type, at: moment, frame } = objectOf(each, at);
    const now = numberOf(moment, `${at}.at`);
    if (stack.length > 0) add(stack, now - last, at);
    last = now;
    const number = frameOf(frame, at);
    if (type === 'O') stack.push(number);
    else if (type !== 'C') throw badFile(`${at}.type: ${shown(type)}, known are O and C`);
    else if (stack.pop() !== number) throw badFile(`${at}: it closes a frame that is not the innermost one`);
  }
  if (stack.length > 0) throw badFile(`${where}: ${stack.length} frames are open at its end`);
}
