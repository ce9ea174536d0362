// Continuous profiles over HTTP: recordings of low frequency, window after window, of some nodes or of a job. Each window is an
// ordinary profile with all its views; windows of a range lie upon each other in one tree.
import { type Static, Type } from 'typebox';
import { continuousLimits } from '../model/continuous-profile.ts';
import { type ProfileEvent, profileEvents, profileLimits } from '../model/profile.ts';
import { NullableNumber } from './nullable.ts';
import { Reason } from './problem.ts';
import { StackShape } from './profile-view.ts';

const { frequencyHz, windowMs, windows, nodes } = continuousLimits;

export const StartContinuousProfile = Type.Object(
  {
    nodes: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 16_384,
        description: `Node set of at most ${nodes} nodes, e.g. \`n[001-004]\`; absent: all nodes that run the job, found anew for each window.`,
      }),
    ),
    job: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: profileLimits.jobName,
        description: 'As the scheduler writes it; absent: all CPUs of the nodes.',
      }),
    ),
    event: Type.Optional(
      Type.Unsafe<ProfileEvent>(
        Type.Union(
          profileEvents.map((word) => Type.Literal(word)),
          { default: 'cpu-clock', description: 'What a sample stands for.' },
        ),
      ),
    ),
    frequency: Type.Optional(
      Type.Integer({
        minimum: frequencyHz.min,
        maximum: frequencyHz.max,
        default: frequencyHz.default,
        description: 'Hz.',
      }),
    ),
    window: Type.Optional(
      Type.Number({
        minimum: windowMs.min / 1000,
        maximum: windowMs.max / 1000,
        default: windowMs.default / 1000,
        description: 'Length of a window, seconds.',
      }),
    ),
  },
  { additionalProperties: false, $id: 'StartContinuousProfile' },
);
export type StartContinuousProfile = Static<typeof StartContinuousProfile>;

export const ContinuousProfile = Type.Object(
  {
    id: Type.String(),
    job: Type.Union([Type.String(), Type.Null()], { description: 'null: all that its nodes do.' }),
    nodes: Type.String({ description: 'Node set; empty: those that run the job.' }),
    status: Type.Union([Type.Literal('running'), Type.Literal('stopped'), Type.Literal('ended')]),
    reason: Type.Union([Reason, Type.Null()], {
      description: 'Why it ended; while it runs, what was amiss with its last window.',
    }),
    event: Type.String(),
    frequency: Type.Integer({ description: 'Hz.' }),
    window: Type.Number({ description: 'Length of a window, seconds.' }),
    created: Type.Number(),
    ended: NullableNumber,
    windows: Type.Integer({ description: 'Begun so far.' }),
    lastWindow: Type.Union([Type.Number(), Type.Null()], { description: 'Its begin.' }),
    startedBy: Type.Optional(Type.String({ description: 'Account that asked for it; absent: not known.' })),
    owner: Type.Optional(
      Type.String({ description: 'Of a job: its owner when it was asked for; absent: it was not known.' }),
    ),
  },
  { $id: 'ContinuousProfile' },
);
export type ContinuousProfile = Static<typeof ContinuousProfile>;

const moment = (description: string) => Type.Optional(Type.String({ maxLength: 64, description }));

/** Windows of which some part lies in it. */
export const WindowRange = Type.Object({
  from: moment('Seconds since the Unix epoch, ISO 8601, now or -10m; default: an hour before the end.'),
  to: moment('Likewise; default: now.'),
});
export type WindowRange = Static<typeof WindowRange>;

export const WindowList = Type.Object({
  ...WindowRange.properties,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: windows, default: 1000 })),
});
export type WindowList = Static<typeof WindowList>;

export const WindowStacks = Type.Object({ ...WindowRange.properties, ...StackShape.properties });
export type WindowStacks = Static<typeof WindowStacks>;
