// Profiles over HTTP.
import { type Static, type TSchema, Type } from 'typebox';
import { profileLimits } from '../model/profile.ts';
import { maxTimeMs } from '../model/time.ts';
import { NodeName } from './node.ts';
import { NullableNumber, NullableString } from './nullable.ts';
import { Reason } from './problem.ts';

const { pid, durationMs, frequencyHz } = profileLimits;

export const StartProfile = Type.Object(
  {
    node: NodeName,
    pid: Type.Integer({ minimum: pid.min, maximum: pid.max }),
    startTime: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: Math.floor(maxTimeMs / 1000),
        description: 'Of the process, seconds since the Unix epoch; when it differs, the pid was reused.',
      }),
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
    node: Type.String(),
    pid: Type.Integer(),
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
    event: NullableString,
    samples: Type.Integer(),
    lost: Type.Integer(),
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
