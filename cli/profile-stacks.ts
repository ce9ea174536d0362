// The stacks of a profile, as the collector answers them. In: its columns. Out: stacks for the views that are made of them,
// the classes of their functions, and which function a person means.
import type { ProfileDifference, ProfileStacks } from '../shared/api/profile-view.ts';
import type { Frame } from '../shared/model/profile.ts';
import type { StacksDifference } from '../shared/stacks/difference.ts';
import { weighFunctions } from '../shared/stacks/functions.ts';
import { type Stacks, totalsOf, weighStacks } from '../shared/stacks/stacks.ts';
import { type ApiClient, apiPath, type QueryValues } from './api-client.ts';
import { CliError, exitCodes } from './exit-code.ts';
import { inOptions } from './profile-problems.ts';

export interface ChosenStacks {
  readonly stacks: Stacks;
  /** By frame. */
  readonly classes: readonly string[];
  readonly answer: ProfileStacks;
}

/** null: the profile has none yet, or will never have any. */
export async function readStacks(
  api: ApiClient,
  id: string,
  query: QueryValues,
): Promise<ChosenStacks | null> {
  try {
    const answer = await inOptions(id, api.get<ProfileStacks>(apiPath`profiles/${id}/stacks`, query));
    return { stacks: stacksOf(answer), classes: answer.classes, answer };
  } catch (error) {
    if (error instanceof CliError && error.code === 'no-stacks') return null;
    throw error;
  }
}

type TreeAnswer = Pick<ProfileStacks, 'functions' | 'modules' | 'parents' | 'frameIds' | 'self'>;

export function stacksOf({ functions, modules, parents, frameIds, self }: TreeAnswer): Stacks {
  return weighStacks({
    frames: functions.map((name, number) => ({ function: name, module: modules[number] ?? '' })),
    parents: Int32Array.from(parents),
    frameIds: Int32Array.from(frameIds),
    self: Float64Array.from(self),
  });
}

export function differenceOf(answer: ProfileDifference): StacksDifference {
  const stacks = stacksOf(answer);
  const self = Float64Array.from(answer.baseSelf);
  return { stacks, base: { self, total: totalsOf(stacks.parents, self), weight: answer.baseWeight } };
}

/** Functions and modules with the text in their name, however it is written. */
export function nameMatcher(text: string): (frame: Frame) => boolean {
  const wanted = text.toLowerCase();
  return (frame) =>
    frame.function.toLowerCase().includes(wanted) || frame.module.toLowerCase().includes(wanted);
}

const namedInError = 5;

/** Number of the frame with exactly this name, else of the only one that has it in its name. */
export function findFunction(stacks: Stacks, text: string, module?: string): number {
  const { total } = weighFunctions(stacks);
  const numbers = stacks.frames
    .map((_frame, number) => number)
    .filter((number) => module === undefined || stacks.frames[number]?.module === module)
    .sort((a, b) => (total[b] ?? 0) - (total[a] ?? 0));
  const nameOf = (number: number): string => stacks.frames[number]?.function ?? '';
  const exact = numbers.find((number) => nameOf(number) === text);
  if (exact !== undefined) return exact;
  const wanted = text.toLowerCase();
  const found = numbers.filter((number) => nameOf(number).toLowerCase().includes(wanted));
  const [first] = found;
  if (first !== undefined && new Set(found.map(nameOf)).size === 1) return first;
  const names = [...new Set(found.map(nameOf))].slice(0, namedInError).map((name) => JSON.stringify(name));
  throw found.length === 0
    ? new CliError(
        exitCodes.notFound,
        `function ${JSON.stringify(text)}: not in what was chosen of this profile`,
        'See which functions there are with: jidi profile show ID --min 0%',
      )
    : new CliError(
        exitCodes.usage,
        `function ${JSON.stringify(text)}: ${found.length} functions have this in their name`,
        `Write one of them in full: ${names.join(', ')}${found.length > names.length ? ', …' : ''}`,
      );
}
