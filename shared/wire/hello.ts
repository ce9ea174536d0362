// How a stream begins, both ways: Hello of the agent, Welcome of the collector. Decoding refuses names, ids and
// intervals that are none; it does not judge the protocol version.
import type { HelloInput, Hello as WireHello } from '../../proto/gen/jidi/v1/Hello.ts';
import type { WelcomeInput, Welcome as WireWelcome } from '../../proto/gen/jidi/v1/Welcome.ts';
import type { Held, StoredPosition } from '../model/delivery.ts';
import { type NodeIdentity, type NodeRole, nodeNamePattern, nodeRoles } from '../model/node.ts';
import { truncate } from '../text.ts';
import {
  checkCount,
  checkInteger,
  checkList,
  checkPattern,
  checkText,
  checkTime,
  maxUint32,
} from './bounds.ts';
import { decodeHeld, decodePosition, encodeHeld, encodePosition } from './delivery.ts';

export interface Hello {
  readonly protocolVersion: number;
  readonly identity: NodeIdentity;
  /** UUID of the agent's buffer. */
  readonly spoolId: string;
  /** Wall clock of the node, ms since the Unix epoch. */
  readonly sentTimeMs: number;
  /** CLOCK_BOOTTIME at the same moment, ms; 0 when not known. */
  readonly bootTimeMs: number;
  /** What the buffer holds of each class of this stream. */
  readonly held: readonly Held[];
}

export interface Welcome {
  readonly protocolVersion: number;
  readonly collectorVersion: string;
  /** Echo of Hello's time. */
  readonly helloTimeMs: number;
  readonly collectorTimeMs: number;
  /** What is stored of this buffer already. */
  readonly stored: readonly StoredPosition[];
  /** How many batches may be under way without an acknowledgement. */
  readonly credit: number;
}

const versionLength = 64;
const maxPositions = 16;
const nodePattern = new RegExp(nodeNamePattern);
const spoolPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const bootPattern = /^[0-9a-zA-Z-]{0,64}$/;

const wireRoles = {
  compute: 'NODE_ROLE_COMPUTE',
  login: 'NODE_ROLE_LOGIN',
  manager: 'NODE_ROLE_MANAGER',
} as const satisfies Record<NodeRole, WireHello['role']>;

export function encodeHello(hello: Hello): HelloInput {
  const { protocolVersion, identity, spoolId, sentTimeMs, bootTimeMs, held } = hello;
  return {
    protocolVersion,
    node: identity.name,
    bootId: identity.bootId,
    spoolId,
    agentVersion: truncate(identity.agentVersion, versionLength),
    role: wireRoles[identity.role],
    sentTimeMs,
    intervalMs: identity.intervalMs,
    bootTimeMs: Math.trunc(bootTimeMs),
    held: held.map(encodeHeld),
  };
}

export function decodeHello(hello: WireHello): Hello {
  return {
    protocolVersion: hello.protocolVersion,
    identity: {
      name: checkPattern('hello.node', hello.node, nodePattern),
      role: nodeRoles.find((role) => wireRoles[role] === hello.role) ?? 'compute',
      bootId: checkPattern('hello.boot_id', hello.bootId, bootPattern),
      agentVersion: checkText('hello.agent_version', hello.agentVersion, versionLength),
      intervalMs: checkInteger('hello.interval_ms', hello.intervalMs, 1, 3_600_000),
    },
    spoolId: checkPattern('hello.spool_id', hello.spoolId, spoolPattern),
    sentTimeMs: checkTime('hello.sent_time_ms', hello.sentTimeMs),
    bootTimeMs: checkCount('hello.boot_time_ms', hello.bootTimeMs),
    held: checkList('hello.held', hello.held, maxPositions).map((held) => decodeHeld('hello.held', held)),
  };
}

export function encodeWelcome(welcome: Welcome): WelcomeInput {
  return { ...welcome, stored: welcome.stored.map(encodePosition) };
}

export function decodeWelcome(welcome: WireWelcome): Welcome {
  return {
    protocolVersion: checkInteger('welcome.protocol_version', welcome.protocolVersion, 1, maxUint32),
    collectorVersion: checkText('welcome.collector_version', welcome.collectorVersion, versionLength),
    helloTimeMs: checkTime('welcome.hello_time_ms', welcome.helloTimeMs),
    collectorTimeMs: checkTime('welcome.collector_time_ms', welcome.collectorTimeMs),
    stored: checkList('welcome.stored', welcome.stored, maxPositions).map((position) =>
      decodePosition('welcome.stored', position),
    ),
    credit: checkInteger('welcome.credit', welcome.credit, 1, maxUint32),
  };
}
