// Views of a profile over HTTP: which of its samples, in which shape; the stacks in columns, from which top-down and bottom-up,
// callers and callees are made where they are looked at (shared/stacks); difference, course in time, spread over threads.
import { type Static, type TString, Type } from 'typebox';
import { NodeName } from './node.ts';
import { NullableNumber } from './nullable.ts';

export const stackViewLimits = {
  /** Branches of an answer; what is cut off is in `[rest]`. */
  branches: { min: 10, max: 500_000, default: 50_000 },
  /** Cells of a course in time. */
  cells: 100_000,
  /** Seconds. */
  step: { min: 0.001, default: 0.02 },
  /** Rows of a spread. */
  rows: 10_000,
} as const;

export const rollUps = ['function', 'module', 'class'] as const;
export type RollUp = (typeof rollUps)[number];

const offset = (description: string) => Type.Optional(Type.Number({ minimum: 0, description }));
const id = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }));
const text = (description: string): TString => Type.String({ minLength: 1, maxLength: 512, description });

/** Which samples. */
export const SampleChoice = Type.Object({
  from: offset('Only what was sampled from here on, seconds since the begin of the profile.'),
  to: offset('Only what was sampled before, seconds since the begin of the profile.'),
  node: Type.Optional(NodeName),
  pid: id('Only this process.'),
  thread: id('Only the thread with this id.'),
  rank: id('Only this process of the job on its node (local rank).'),
});
export type SampleChoice = Static<typeof SampleChoice>;

/** In which shape. */
export const StackShape = Type.Object({
  focus: Type.Optional(text('Only stacks with a function or module whose name has this in it.')),
  without: Type.Optional(text('No stacks with a function or module whose name has this in it.')),
  fold: Type.Optional(
    Type.Boolean({ description: 'A function that calls itself is there once on a stack.' }),
  ),
  by: Type.Optional(
    Type.Unsafe<RollUp>(
      Type.Union(
        rollUps.map((word) => Type.Literal(word)),
        {
          default: 'function',
          description: 'What a frame is: a function, its module, or its class of work.',
        },
      ),
    ),
  ),
  most: Type.Optional(
    Type.Integer({
      minimum: stackViewLimits.branches.min,
      maximum: stackViewLimits.branches.max,
      default: stackViewLimits.branches.default,
      description: 'Branches; the lightest are cut off and counted as [rest].',
    }),
  ),
});
export type StackShape = Static<typeof StackShape>;

export const StackChoice = Type.Object({ ...SampleChoice.properties, ...StackShape.properties });
export type StackChoice = Static<typeof StackChoice>;

const numbers = (description: string) => Type.Array(Type.Number(), { description });
const integers = (description: string) => Type.Array(Type.Integer(), { description });

const tree = {
  functions: Type.Array(Type.String(), {
    description: 'Names of the functions; `[unknown]` where there is none.',
  }),
  modules: Type.Array(Type.String(), {
    description: 'For each function its file; `[kernel]`; empty: not known.',
  }),
  classes: Type.Array(Type.String(), { description: 'For each function its class of work.' }),
  parents: integers('For each branch the branch that it hangs on, always an earlier one; -1: the ground.'),
  frameIds: integers('For each branch its place in `functions`.'),
  self: numbers('For each branch what ended exactly there.'),
  weight: Type.Number({ description: 'Of all of it, in the profile’s unit.' }),
};

/** What was chosen. */
export const Chosen = Type.Object({
  profile: Type.String(),
  ...SampleChoice.properties,
  weight: Type.Number({ description: 'In the unit of the profile.' }),
});
export type Chosen = Static<typeof Chosen>;

export const ProfileStacks = Type.Object(
  {
    ...tree,
    branches: Type.Integer({ description: 'Before some were cut off.' }),
    timed: Type.Boolean({ description: 'Samples have their time and thread: views of them are there.' }),
    sampleWeight: Type.Number({ description: 'What one sample weighs, in the unit of the profile.' }),
  },
  { $id: 'ProfileStacks' },
);
export type ProfileStacks = Static<typeof ProfileStacks>;

/** What a profile is compared with: another one, or other samples of the same. */
export const DifferenceParameters = Type.Object({
  ...StackChoice.properties,
  base: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{1,64}$',
      description: 'Profile to compare with; default: this one.',
    }),
  ),
  baseFrom: SampleChoice.properties.from,
  baseTo: SampleChoice.properties.to,
  baseNode: SampleChoice.properties.node,
  basePid: SampleChoice.properties.pid,
  baseThread: SampleChoice.properties.thread,
  baseRank: SampleChoice.properties.rank,
  ranks: Type.Optional(
    Type.Literal('slowest', {
      description:
        'The process that works longest outside of MPI beside the one in the middle; chooses both sides by itself.',
    }),
  ),
});
export type DifferenceParameters = Static<typeof DifferenceParameters>;

/** Branches of both sides in one tree. */
export const ProfileDifference = Type.Object(
  {
    ...tree,
    baseSelf: numbers('For each branch what ended there in the base.'),
    baseWeight: Type.Number({ description: 'Of all of the base.' }),
    branches: Type.Integer({ description: 'Before some were cut off.' }),
    sampleWeight: Type.Number({ description: 'What one sample weighs.' }),
    of: Chosen,
    base: Chosen,
  },
  { $id: 'ProfileDifference' },
);
export type ProfileDifference = Static<typeof ProfileDifference>;

/** Which functions are looked for; without, all. */
const wanted = {
  function: Type.Optional(text('Samples in or below functions of exactly this name.')),
  module: Type.Optional(text('Samples in or below functions of exactly this module.')),
};

export const TimelineParameters = Type.Object({
  ...SampleChoice.properties,
  ...wanted,
  step: Type.Optional(
    Type.Number({
      minimum: stackViewLimits.step.min,
      maximum: 60,
      default: stackViewLimits.step.default,
      description: 'Seconds.',
    }),
  ),
});
export type TimelineParameters = Static<typeof TimelineParameters>;

export const ProfileTimeline = Type.Object(
  {
    from: Type.Number({ description: 'Seconds since the begin of the profile.' }),
    step: Type.Number({ description: 'Seconds.' }),
    weights: numbers('For each step what was sampled in it, in the unit of the profile.'),
  },
  { $id: 'ProfileTimeline' },
);
export type ProfileTimeline = Static<typeof ProfileTimeline>;

export const spreads = ['thread', 'process', 'node'] as const;
export type SpreadBy = (typeof spreads)[number];

export const SpreadParameters = Type.Object({
  ...SampleChoice.properties,
  ...wanted,
  over: Type.Optional(
    Type.Unsafe<SpreadBy>(
      Type.Union(
        spreads.map((word) => Type.Literal(word)),
        { default: 'process', description: 'What a row is; a process of a job is a rank.' },
      ),
    ),
  ),
});
export type SpreadParameters = Static<typeof SpreadParameters>;

export const SpreadRow = Type.Object({
  node: Type.String(),
  pid: NullableNumber,
  thread: NullableNumber,
  name: Type.String({ description: 'Of the thread or process.' }),
  rank: NullableNumber,
  weight: Type.Number({ description: 'All of its samples, in the unit of the profile.' }),
  wanted: Type.Number({ description: 'Those of the function that is looked for.' }),
  ownShare: Type.Number({ description: 'Share outside of MPI, 0 to 1.' }),
});
export type SpreadRow = Static<typeof SpreadRow>;

export const ProfileSpread = Type.Object(
  { rows: Type.Array(SpreadRow), left: Type.Integer({ description: 'Rows that found no room.' }) },
  { $id: 'ProfileSpread' },
);
export type ProfileSpread = Static<typeof ProfileSpread>;
