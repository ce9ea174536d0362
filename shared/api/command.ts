// Commands over HTTP.
import { type Static, Type } from 'typebox';
import { actionNamePattern, commandLimits } from '../model/command.ts';
import { NullableNumber } from './nullable.ts';
import { Reason } from './problem.ts';

const { timeoutMs } = commandLimits;

export const RunCommand = Type.Object(
  {
    action: Type.String({ pattern: actionNamePattern }),
    nodes: Type.String({
      minLength: 1,
      maxLength: 65_536,
      description: 'Node set, e.g. n[001-100]. Never empty.',
    }),
    parameters: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 2048 }))),
    timeout: Type.Optional(
      Type.Number({
        minimum: timeoutMs.min / 1000,
        maximum: timeoutMs.max / 1000,
        default: timeoutMs.default / 1000,
        description: 'Seconds.',
      }),
    ),
  },
  { additionalProperties: false, $id: 'RunCommand' },
);
export type RunCommand = Static<typeof RunCommand>;

export const CommandState = Type.Union([
  Type.Literal('pending'),
  Type.Literal('running'),
  Type.Literal('finished'),
  Type.Literal('failed'),
  Type.Literal('refused'),
  Type.Literal('timed-out'),
  Type.Literal('cancelled'),
  Type.Literal('unknown'),
]);

export const CommandTarget = Type.Object(
  {
    node: Type.String(),
    state: CommandState,
    started: NullableNumber,
    ended: NullableNumber,
    exitCode: NullableNumber,
    output: Type.String(),
    truncated: Type.Boolean(),
    reason: Type.Union([Reason, Type.Null()]),
  },
  { $id: 'CommandTarget' },
);
export type CommandTarget = Static<typeof CommandTarget>;

export const Command = Type.Object(
  {
    id: Type.String(),
    action: Type.String(),
    parameters: Type.Record(Type.String(), Type.String()),
    requester: Type.String(),
    issued: Type.Number(),
    timeout: Type.Number({ description: 'Seconds.' }),
    over: Type.Boolean({ description: 'True when every node has ended.' }),
    targets: Type.Array(CommandTarget),
  },
  { $id: 'Command' },
);
export type Command = Static<typeof Command>;

/** An action that nodes may know; whether one may run it is decided by the node's own policy. */
export const Action = Type.Object(
  {
    name: Type.String(),
    description: Type.String(),
    changesNode: Type.Boolean(),
    parameters: Type.Array(
      Type.Object({
        name: Type.String(),
        description: Type.String(),
        pattern: Type.String(),
        required: Type.Boolean(),
      }),
    ),
  },
  { $id: 'Action' },
);
export type Action = Static<typeof Action>;

export const AuditRecord = Type.Object(
  {
    time: Type.Number(),
    event: Type.String(),
    actor: Type.String(),
    subject: Type.String(),
    detail: Type.Record(Type.String(), Type.Unknown()),
  },
  { $id: 'AuditRecord' },
);
export type AuditRecord = Static<typeof AuditRecord>;
