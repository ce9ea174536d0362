// Classes, positions, gaps and greetings: model ↔ messages.
import type { DataClass as WireClass } from '../../proto/gen/jidi/v1/DataClass.ts';
import type { GapInput, Gap as WireGap } from '../../proto/gen/jidi/v1/Gap.ts';
import type { Hello, HelloInput } from '../../proto/gen/jidi/v1/Hello.ts';
import type { NodeRole as WireRole } from '../../proto/gen/jidi/v1/NodeRole.ts';
import type { PositionInput, Position as WirePosition } from '../../proto/gen/jidi/v1/Position.ts';
import type { DataClass, Gap, Position, Sender } from '../model/delivery.ts';
import type { NodeIdentity, NodeRole } from '../model/node.ts';
import { countField, EnumMap, textField, timeField } from './fields.ts';
import { malformed } from './wire-error.ts';

export const classNames = new EnumMap<DataClass, WireClass>({
  result: 'DATA_CLASS_RESULT',
  event: 'DATA_CLASS_EVENT',
  metric: 'DATA_CLASS_METRIC',
  process: 'DATA_CLASS_PROCESS',
  profile: 'DATA_CLASS_PROFILE',
});

const roles = new EnumMap<NodeRole, WireRole>({
  compute: 'NODE_ROLE_COMPUTE',
  login: 'NODE_ROLE_LOGIN',
  manager: 'NODE_ROLE_MANAGER',
});

const nodePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface Greeting {
  readonly protocolVersion: number;
  readonly identity: NodeIdentity;
  readonly sender: Sender;
  /** The node's clock when it greeted, ms since the Unix epoch. */
  readonly sentTimeMs: number;
}

export function encodeHello({ protocolVersion, identity, sender, sentTimeMs }: Greeting): HelloInput {
  return {
    protocolVersion,
    node: identity.name,
    bootId: identity.bootId,
    spoolId: sender.spoolId,
    agentVersion: identity.agentVersion,
    role: roles.toWire(identity.role),
    sentTimeMs,
    intervalMs: identity.intervalMs,
  };
}

export function decodeHello(hello: Hello): Greeting {
  if (!nodePattern.test(hello.node)) throw malformed('hello.node', 'not a node name');
  if (!uuidPattern.test(hello.spoolId)) throw malformed('hello.spool_id', 'not a UUID');
  const role = hello.role === 'NODE_ROLE_UNSPECIFIED' ? 'compute' : roles.toModel('hello.role', hello.role);
  return {
    protocolVersion: hello.protocolVersion,
    sentTimeMs: timeField('hello.sent_time_ms', hello.sentTimeMs),
    sender: { node: hello.node, spoolId: hello.spoolId },
    identity: {
      name: hello.node,
      role,
      bootId: textField('hello.boot_id', hello.bootId, 64),
      agentVersion: textField('hello.agent_version', hello.agentVersion, 64),
      intervalMs: countField('hello.interval_ms', hello.intervalMs, 3_600_000),
    },
  };
}

export function encodePosition({ dataClass, sequence }: Position): PositionInput {
  return { dataClass: classNames.toWire(dataClass), sequence };
}

export function decodePosition(position: WirePosition): Position {
  return {
    dataClass: classNames.toModel('position.data_class', position.dataClass),
    sequence: countField('position.sequence', position.sequence),
  };
}

export function encodeGap(gap: Gap): GapInput {
  return { ...gap, dataClass: classNames.toWire(gap.dataClass) };
}

export function decodeGap(gap: WireGap): Gap {
  return {
    dataClass: classNames.toModel('gap.data_class', gap.dataClass),
    fromTimeMs: timeField('gap.from_time_ms', gap.fromTimeMs),
    toTimeMs: timeField('gap.to_time_ms', gap.toTimeMs),
    count: countField('gap.count', gap.count),
    reason: textField('gap.reason', gap.reason, 64),
  };
}
