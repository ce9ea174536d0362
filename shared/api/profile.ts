// Profiles over HTTP.
import { type Static, type TSchema, Type } from 'typebox';
import { callGraphChoices, profileEvents, profileLimits, weightUnits } from '../model/profile.ts';
import { maxTimeMs } from '../model/time.ts';
import { NullableNumber, NullableString } from './nullable.ts';
import { Reason } from './problem.ts';

const { pid, durationMs, frequencyHz } = profileLimits;

function oneOf<T extends string>(words: readonly T[], options: { default?: T; description: string }) {
  return Type.Unsafe<T>(
    Type.Union(
      words.map((word) => Type.Literal(word)),
      options,
    ),
  );
}

/** As it is told of a profile; asked for by the fields of StartProfile. */
export const ProfileTarget = Type.Union(
  [
    Type.Object({
      kind: Type.Literal('process'),
      pid: Type.Integer(),
      startTime: Type.Optional(Type.Number({ description: 'Of the process, seconds.' })),
      children: Type.Boolean({ description: 'With the processes that it started.' }),
      threads: Type.Optional(Type.Array(Type.Integer(), { description: 'Only these.' })),
    }),
    Type.Object({ kind: Type.Literal('cgroup'), path: Type.String() }),
    Type.Object({ kind: Type.Literal('job'), job: Type.String() }),
    Type.Object({ kind: Type.Literal('node') }),
    Type.Object({
      kind: Type.Literal('file'),
      name: Type.String({ description: 'As who brought it calls it.' }),
    }),
  ],
  { description: 'What is sampled; `file`: what another program has recorded.' },
);
export type ProfileTarget = Static<typeof ProfileTarget>;

const oneOfThese = 'One of pid, job, cgroup and wholeNode is needed.';

export const StartProfile = Type.Object(
  {
    nodes: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 16_384,
        description:
          'Node set, e.g. `n[001-004]`; absent: all nodes that run the job, any other target needs one.',
      }),
    ),
    pid: Type.Optional(
      Type.Integer({ minimum: pid.min, maximum: pid.max, description: `Process. ${oneOfThese}` }),
    ),
    startTime: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: Math.floor(maxTimeMs / 1000),
        description: 'Of the process, seconds since the Unix epoch; when it differs, the pid was reused.',
      }),
    ),
    children: Type.Optional(
      Type.Boolean({ default: false, description: 'The processes that it started, too.' }),
    ),
    threads: Type.Optional(
      Type.Array(Type.Integer({ minimum: pid.min, maximum: pid.max }), {
        minItems: 1,
        maxItems: profileLimits.threads,
        description: 'Only these of its threads.',
      }),
    ),
    job: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: profileLimits.jobName,
        description: 'As the scheduler writes it.',
      }),
    ),
    cgroup: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: profileLimits.cgroupPath,
        description: 'Path of a control group as /proc/PID/cgroup shows it; groups below it count.',
      }),
    ),
    wholeNode: Type.Optional(Type.Boolean({ description: 'true: all CPUs.' })),
    event: Type.Optional(
      oneOf(profileEvents, {
        default: 'cpu-clock',
        description: 'What a sample stands for; `wall` shows waiting, too.',
      }),
    ),
    callGraph: Type.Optional(
      oneOf(callGraphChoices, { default: 'auto', description: 'How callers are found.' }),
    ),
    inlined: Type.Optional(
      Type.Boolean({ default: false, description: 'Tell functions apart that lie in their callers.' }),
    ),
    duration: Type.Optional(
      Type.Number({
        minimum: durationMs.min / 1000,
        maximum: durationMs.max / 1000,
        default: durationMs.default / 1000,
        description: 'Seconds.',
      }),
    ),
    frequency: Type.Optional(
      Type.Integer({
        minimum: frequencyHz.min,
        maximum: frequencyHz.max,
        default: frequencyHz.default,
        description: 'Hz.',
      }),
    ),
  },
  { additionalProperties: false, $id: 'StartProfile' },
);
export type StartProfile = Static<typeof StartProfile>;

export const ProfileStatus = Type.Union([
  Type.Literal('pending'),
  Type.Literal('running'),
  Type.Literal('processing'),
  Type.Literal('finished'),
  Type.Literal('partial'),
  Type.Literal('stopped'),
  Type.Literal('failed'),
]);

export const Profile = Type.Object(
  {
    id: Type.String(),
    node: Type.Union([Type.String(), Type.Null()], {
      description: 'null: it has parts on several nodes, or came from a file.',
    }),
    nodes: Type.Integer({ description: 'On how many nodes it was asked for; 0: it came from a file.' }),
    parent: Type.Union([Type.String(), Type.Null()], { description: 'The profile it is a part of.' }),
    target: ProfileTarget,
    pid: Type.Union([Type.Integer(), Type.Null()], { description: 'Where the target is a process.' }),
    startTime: Type.Union([Type.Number(), Type.Null()], { description: 'Of the process, seconds.' }),
    name: NullableString,
    command: NullableString,
    user: Type.Union([Type.String(), Type.Null()], { description: 'Owner of the process.' }),
    status: ProfileStatus,
    reason: Type.Union([Reason, Type.Null()]),
    progress: Type.Number({ description: '0 to 1.' }),
    created: Type.Number(),
    started: NullableNumber,
    ended: NullableNumber,
    duration: Type.Number({ description: 'Asked for, seconds.' }),
    frequency: Type.Integer({ description: 'Hz.' }),
    event: Type.String({ description: 'Asked for.' }),
    sampledEvent: NullableString,
    unit: oneOf(weightUnits, { description: 'What weights count.' }),
    callGraph: Type.Union([Type.String(), Type.Null()], { description: 'How callers were found.' }),
    symbols: Type.Union(
      [
        Type.Object({
          named: Type.Number({ description: 'Share of the frames of all samples that have a name, 0 to 1.' }),
          reason: Type.Union([Reason, Type.Null()], { description: 'Why not more.' }),
        }),
        Type.Null(),
      ],
      { description: 'null until names were looked up.' },
    ),
    samples: Type.Integer(),
    lost: Type.Integer(),
    startedBy: Type.Optional(
      Type.String({ description: 'Account that asked for it, or brought the file; absent: not known.' }),
    ),
    owner: Type.Optional(
      Type.String({ description: 'Of a job: its owner when it was asked for; absent: it was not known.' }),
    ),
  },
  { $id: 'Profile' },
);
export type Profile = Static<typeof Profile>;

/** A node of the top-down tree. self and total are shares of all samples, 0 to 1. */
export interface StackNode {
  readonly function: string;
  readonly module: string;
  readonly self: number;
  readonly total: number;
  readonly children: readonly StackNode[];
}

/** A row of the bottom-up table, with its callers as an inverted tree. */
export interface HotFunction {
  readonly function: string;
  readonly module: string;
  readonly self: number;
  /** Share of samples in which the function is anywhere on the stack, counted once however deep it recurses. */
  readonly total: number;
  readonly callers: readonly Caller[];
}

/** A caller on the way to a hot function; total is the share of samples that came through it. */
export interface Caller {
  readonly function: string;
  readonly module: string;
  readonly total: number;
  readonly callers: readonly Caller[];
}

const share = Type.Number({ description: 'Share of all samples, 0 to 1.' });
const place = { function: Type.String(), module: Type.String() };

/** JSON Schema of the recursive parts; the types are written out above. */
export const StackNode: TSchema = Type.Object(
  {
    ...place,
    self: share,
    total: share,
    children: Type.Array(Type.Unsafe<StackNode>({ $ref: 'StackNode#' })),
  },
  { $id: 'StackNode' },
);
export const Caller: TSchema = Type.Object(
  { ...place, total: share, callers: Type.Array(Type.Unsafe<Caller>({ $ref: 'Caller#' })) },
  { $id: 'Caller' },
);
export const HotFunction: TSchema = Type.Object(
  { ...place, self: share, total: share, callers: Type.Array(Type.Unsafe<Caller>({ $ref: 'Caller#' })) },
  { $id: 'HotFunction' },
);

/** A profile with its functions in both directions; both are null until there are stacks. */
export const ProfileDetail = Type.Object(
  {
    ...Profile.properties,
    bottomUp: Type.Unsafe<readonly HotFunction[] | null>(
      Type.Union([Type.Array(Type.Unsafe<HotFunction>({ $ref: 'HotFunction#' })), Type.Null()]),
    ),
    topDown: Type.Unsafe<StackNode | null>(
      Type.Union([Type.Unsafe<StackNode>({ $ref: 'StackNode#' }), Type.Null()]),
    ),
  },
  { $id: 'ProfileDetail' },
);
export type ProfileDetail = Static<typeof ProfileDetail>;

export const exportFormats = ['folded', 'pprof', 'speedscope', 'svg'] as const;
export type ExportFormat = (typeof exportFormats)[number];
