// What of a profile is looked at, to and from the address: which samples, in which shape, in which view. Pure.
// Refuses what is no number or no known word: the default then.
import type { RollUp, SampleChoice, SpreadBy } from '../../../shared/api/profile-view.ts';

export const stackViews = ['both', 'flame', 'top-down', 'bottom-up', 'sandwich', 'difference'] as const;
export type StackView = (typeof stackViews)[number];

// The API's own lists come with schemas, which a browser has no use for.
export const rollUps = ['function', 'module', 'class'] as const satisfies readonly RollUp[];
export const spreads = ['thread', 'process', 'node'] as const satisfies readonly SpreadBy[];

/** The samples that are chosen, and their shape, as the API takes them. */
export interface ChosenStacks extends SampleChoice {
  readonly by?: RollUp;
  readonly fold?: true;
}

export const colorings = ['module', 'class'] as const;
export type Coloring = (typeof colorings)[number];

export function readView(parameters: URLSearchParams): StackView {
  return stackViews.find((one) => one === parameters.get('view')) ?? 'both';
}

export function readColoring(parameters: URLSearchParams): Coloring {
  return colorings.find((one) => one === parameters.get('color')) ?? 'module';
}

export function readSamples(parameters: URLSearchParams, names: SampleNames = ownNames): SampleChoice {
  const node = parameters.get(names.node);
  return {
    ...number('from', parameters.get(names.from)),
    ...number('to', parameters.get(names.to)),
    ...(node === null || node === '' ? {} : { node }),
    ...whole('pid', parameters.get(names.pid)),
    ...whole('thread', parameters.get(names.thread)),
    ...whole('rank', parameters.get(names.rank)),
  };
}

export function readStacks(parameters: URLSearchParams): ChosenStacks {
  const by = rollUps.find((one) => one === parameters.get('by'));
  return {
    ...readSamples(parameters),
    ...(by === undefined || by === 'function' ? {} : { by }),
    ...(parameters.get('fold') === '1' ? { fold: true as const } : {}),
  };
}

export interface Difference extends ChosenStacks {
  readonly base?: string;
  readonly baseFrom?: number;
  readonly baseTo?: number;
  readonly baseNode?: string;
  readonly basePid?: number;
  readonly baseThread?: number;
  readonly baseRank?: number;
  readonly ranks?: 'slowest';
}

/** null: nothing was chosen to compare with. */
export function readDifference(parameters: URLSearchParams): Difference | null {
  const shape = readStacks(parameters);
  if (parameters.get('ranks') === 'slowest') {
    const { from, to, by, fold } = shape;
    const kept = { from, to, by, fold };
    return { ...withoutUndefined(kept), ranks: 'slowest' };
  }
  const base = parameters.get('base');
  const { from, to, node, pid, thread, rank } = readSamples(parameters, baseNames);
  const other = withoutUndefined({
    baseFrom: from,
    baseTo: to,
    baseNode: node,
    basePid: pid,
    baseThread: thread,
    baseRank: rank,
  });
  if (base === null && Object.keys(other).length === 0) return null;
  return { ...shape, ...(base === null ? {} : { base }), ...other };
}

export type SampleNames = Readonly<Record<keyof SampleChoice, string>>;
export const ownNames: SampleNames = {
  from: 'from',
  to: 'to',
  node: 'node',
  pid: 'pid',
  thread: 'thread',
  rank: 'rank',
};
export const baseNames: SampleNames = {
  from: 'baseFrom',
  to: 'baseTo',
  node: 'baseNode',
  pid: 'basePid',
  thread: 'baseThread',
  rank: 'baseRank',
};

/** Parameters of the address that take away what is compared with. */
export const noBase: Readonly<Record<string, null>> = {
  base: null,
  ranks: null,
  baseFrom: null,
  baseTo: null,
  baseNode: null,
  basePid: null,
  baseThread: null,
  baseRank: null,
};

function number(name: 'from' | 'to', text: string | null): Partial<Record<typeof name, number>> {
  return text !== null && /^\d{1,6}(\.\d{1,6})?$/.test(text) ? { [name]: Number(text) } : {};
}

function whole(name: 'pid' | 'thread' | 'rank', text: string | null): Partial<Record<typeof name, number>> {
  return text !== null && /^\d{1,9}$/.test(text) ? { [name]: Number(text) } : {};
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as unknown as Defined<T>;
}
