// In: node records, inventories and gaps as they are stored. Out: the API's objects.
import type {
  Inventory as ApiInventory,
  MapNode,
  Node,
  NodeDetail,
  NodeLoad,
} from '../../../shared/api/node.ts';
import type { Gap } from '../../../shared/model/delivery.ts';
import type { Inventory, NodeState } from '../../../shared/model/node.ts';
import type { NodeRecord } from '../../store/store.ts';
import type { AgentPace } from '../agent-pace.ts';
import { seconds, secondsOrNull } from './seconds.ts';

/** Three heartbeats. */
const upMs = 30_000;
const downMs = 300_000;
/** A sign of life from further ahead is of a clock that was set back since: nobody knows how old it is. */
const maxAheadMs = 60_000;

export function nodeState(lastSeenMs: number, nowMs: number): NodeState {
  const silentMs = nowMs - lastSeenMs;
  if (silentMs < -maxAheadMs) return 'silent';
  if (silentMs < upMs) return 'up';
  return silentMs < downMs ? 'silent' : 'down';
}

export function toNode(record: NodeRecord, nowMs: number): Node {
  const { name, role, lastSeenMs } = record;
  return { name, state: nodeState(lastSeenMs, nowMs), role, lastSeen: seconds(lastSeenMs) };
}

export function toMapNode(record: NodeRecord, load: NodeLoad, nowMs: number): MapNode {
  return { ...toNode(record, nowMs), ...load };
}

export interface NodeFacts {
  readonly load: NodeLoad;
  readonly pace: AgentPace;
  /** null: not known. */
  readonly clockOffsetMs: number | null;
  readonly inventory: Inventory | null;
  readonly gaps: readonly Gap[];
}

export function toNodeDetail(record: NodeRecord, facts: NodeFacts, nowMs: number): NodeDetail {
  return {
    ...toMapNode(record, facts.load, nowMs),
    agentVersion: record.agentVersion,
    interval: seconds(facts.pace.intervalMs),
    configuredInterval: seconds(facts.pace.configuredIntervalMs),
    quiet: facts.pace.quiet,
    quietReason: facts.pace.quietReason,
    clockOffset: secondsOrNull(facts.clockOffsetMs),
    bootId: record.bootId,
    inventory: facts.inventory === null ? null : toInventory(facts.inventory),
    gaps: facts.gaps.map(({ dataClass, fromTimeMs, toTimeMs, count, reason }) => ({
      dataClass,
      from: seconds(fromTimeMs),
      to: seconds(toTimeMs),
      count,
      reason,
    })),
  };
}

function toInventory({ timeMs: _timeMs, bootTimeMs, interfaces, disks, ...facts }: Inventory): ApiInventory {
  return {
    ...facts,
    bootTime: secondsOrNull(bootTimeMs),
    interfaces: interfaces.map((entry) => ({ ...entry, addresses: [...entry.addresses] })),
    disks: disks.map((disk) => ({ ...disk })),
  };
}
