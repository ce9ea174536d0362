// In: a profile and which of its samples are wanted. Out: their stacks, those of all nodes in one tree.
// Where no sample has to be looked at, the store lays the stacks of all parts upon each other, which is far quicker.
import type { SampleChoice } from '../../../shared/api/profile-view.ts';
import { type Profile, profileLimits } from '../../../shared/model/profile.ts';
import { weightsOf } from '../../../shared/stacks/samples.ts';
import { type Stacks, weighStacks } from '../../../shared/stacks/stacks.ts';
import { StacksBuilder } from '../../../shared/stacks/stacks-builder.ts';
import {
  type Needed,
  noStacks,
  nothingChosen,
  type ProfileSource,
  recordedParts,
  samplesOf,
  type WholeProfile,
} from './profile-parts.ts';
import { choiceName, hasChosen, heldChoice, neededFor } from './sample-choice.ts';

export interface ChosenStacks {
  readonly stacks: Stacks;
  /** Samples have their time and thread. */
  readonly timed: boolean;
  /** Of one sample, in the profile's unit. */
  readonly sampleWeight: number;
}

export async function chooseStacks(
  source: ProfileSource,
  whole: WholeProfile,
  choice: SampleChoice,
): Promise<ChosenStacks> {
  const needed = neededFor(choice, whole);
  if (needed !== null) return chooseSamples(source, whole, { choice, needed });
  const isWide = choice.node === undefined && whole.parts.length > 1;
  return isWide ? mergeAll(source, whole) : chooseNode(source, whole, choice);
}

async function mergeAll(source: ProfileSource, { profile, parts }: WholeProfile): Promise<ChosenStacks> {
  const tree = await source.mergeStacks(parts.map(({ id }) => id));
  if (tree === null) throw noStacks(profile);
  // It is one tree already.
  const stacks = weighStacks({
    frames: tree.frames,
    parents: Int32Array.from(tree.parents),
    frameIds: Int32Array.from(tree.frameIds),
    self: Float64Array.from(tree.self),
  });
  return { stacks, timed: await areTimed(source, parts), sampleWeight: sampleWeightOf(parts, stacks.weight) };
}

/** What one part says holds for all that are small enough to keep every sample. */
async function areTimed(source: ProfileSource, parts: readonly Profile[]): Promise<boolean> {
  if (parts.some(({ samples }) => samples > profileLimits.timedSamples)) return false;
  for (const { id } of parts) {
    const recorded = await source.stacks(id);
    if (recorded !== null) return isTimed(recorded);
  }
  return false;
}

function isTimed({ samples }: { readonly samples: { readonly timesMs: unknown } | null }): boolean {
  return samples !== null && samples.timesMs !== null;
}

async function chooseNode(
  source: ProfileSource,
  whole: WholeProfile,
  choice: SampleChoice,
): Promise<ChosenStacks> {
  const builder = new StacksBuilder();
  const seen: Profile[] = [];
  let timed = true;
  for await (const { part, recorded } of recordedParts(source, whole, choice)) {
    builder.addTree(recorded);
    seen.push(part);
    timed &&= isTimed(recorded);
  }
  const stacks = builder.build();
  return { stacks, timed, sampleWeight: sampleWeightOf(seen, stacks.weight) };
}

async function chooseSamples(
  source: ProfileSource,
  whole: WholeProfile,
  { choice, needed }: { readonly choice: SampleChoice; readonly needed: Needed },
): Promise<ChosenStacks> {
  const held = heldChoice(choice);
  const builder = new StacksBuilder();
  const seen: Profile[] = [];
  let timed = true;
  let all = 0;
  let isMet = false;
  for await (const one of recordedParts(source, whole, choice)) {
    const { part, recorded } = one;
    const samples = samplesOf(one, needed);
    const { unit } = part;
    isMet ||= hasChosen(choice, one);
    const self = weightsOf(samples, { nodes: recorded.parents.length, unit, choice: held });
    builder.addWeighted({ ...recorded, self });
    for (const weight of recorded.self) all += weight;
    seen.push(part);
    timed &&= isTimed(recorded);
  }
  if (!isMet) throw nothingChosen(whole.profile, `${choiceName(choice)}: not in it`);
  return { stacks: builder.build(), timed, sampleWeight: sampleWeightOf(seen, all) };
}

/** Of time: the time between two samples; of events: what one sample stands for on average. */
function sampleWeightOf(parts: readonly Profile[], weight: number): number {
  const [first] = parts;
  if (first === undefined || first.unit === 'samples') return 1;
  if (first.unit === 'microseconds') return 1e6 / first.frequencyHz;
  const samples = parts.reduce((sum, part) => sum + part.samples, 0);
  return samples === 0 || weight === 0 ? 1 : weight / samples;
}
