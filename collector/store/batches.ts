// In: a batch and its sender, inside of a transaction. Out: what became of it. The rows of the batch and the sender's
// new position are written together.
// It drops a batch whose sequence is stored already, and declares a hole before a batch as a gap.
import type { Clock } from '../../shared/clock.ts';
import { type Batch, classOf, type Payload } from '../../shared/model/batch.ts';
import type { DataClass, Sender } from '../../shared/model/delivery.ts';
import type { MetricTick } from '../../shared/model/metric.ts';
import type { DeliveryTable, StoredPlace } from './delivery.ts';
import type { AppendOutcome } from './store.ts';
import type { Tables } from './tables.ts';

/** What a batch did; told to the counters once it is committed. */
export interface AppendEffect {
  readonly outcome: AppendOutcome;
  readonly dataClass: DataClass;
  /** Ticks that were stored. */
  readonly ticks: readonly MetricTick[];
  readonly duplicateTicks: number;
  readonly ignoredReports: number;
  readonly refusedWaitChannels: number;
}

type PayloadEffect = Omit<AppendEffect, 'outcome' | 'dataClass'>;

const nothing: PayloadEffect = { ticks: [], duplicateTicks: 0, ignoredReports: 0, refusedWaitChannels: 0 };

export function appendBatch(tables: Tables, clock: Clock, sender: Sender, batch: Batch): AppendEffect {
  const nowMs = Math.trunc(clock.now());
  const dataClass = classOf(batch.payload);
  const nodeId = tables.nodes.idOf(sender.node, nowMs);
  const key = { nodeId, spoolId: sender.spoolId, dataClass };
  const stored = tables.delivery.position(key);
  if (batch.sequence <= (stored?.sequence ?? 0)) return { outcome: 'duplicate', dataClass, ...nothing };

  const times = timesOf(batch.payload, nowMs);
  declareHole(tables.delivery, { nodeId, dataClass, sequence: batch.sequence, stored, times });
  const effect = writePayload(tables, batch.payload, { node: sender.node, nodeId, nowMs });
  const position = { sequence: batch.sequence, lastTimeMs: times.lastMs };
  tables.delivery.advance(key, position, nowMs, stored === undefined);
  return { outcome: 'stored', dataClass, ...effect };
}

interface Times {
  readonly firstMs: number;
  readonly lastMs: number;
}

interface Hole {
  readonly nodeId: number;
  readonly dataClass: DataClass;
  readonly sequence: number;
  readonly stored: StoredPlace | undefined;
  readonly times: Times;
}

function declareHole(delivery: DeliveryTable, { nodeId, dataClass, sequence, stored, times }: Hole): void {
  const count = sequence - (stored?.sequence ?? 0) - 1;
  if (count === 0) return;
  const toTimeMs = times.firstMs;
  const fromTimeMs = Math.min(stored?.lastTimeMs ?? toTimeMs, toTimeMs);
  delivery.addGap(nodeId, {
    dataClass,
    fromTimeMs,
    toTimeMs,
    count,
    reason: 'sequence-hole',
    sequences: null,
  });
}

function timesOf(payload: Payload, nowMs: number): Times {
  switch (payload.kind) {
    case 'metrics':
      return span(payload.ticks, nowMs);
    case 'processes':
      return span(payload.snapshots, nowMs);
    case 'inventory':
      return span([payload.inventory], nowMs);
    case 'gap':
      return { firstMs: payload.gap.fromTimeMs, lastMs: payload.gap.toTimeMs };
    case 'command':
      return span([payload.report], nowMs);
    case 'profile':
      break;
  }
  return { firstMs: nowMs, lastMs: nowMs };
}

function span(items: readonly { readonly timeMs: number }[], nowMs: number): Times {
  return { firstMs: items[0]?.timeMs ?? nowMs, lastMs: items.at(-1)?.timeMs ?? nowMs };
}

interface Place {
  readonly node: string;
  readonly nodeId: number;
  readonly nowMs: number;
}

function writePayload(tables: Tables, payload: Payload, { node, nodeId, nowMs }: Place): PayloadEffect {
  switch (payload.kind) {
    case 'metrics': {
      const ticks = payload.ticks.filter((tick) => tables.metrics.append(nodeId, tick, nowMs));
      return { ...nothing, ticks, duplicateTicks: payload.ticks.length - ticks.length };
    }
    case 'processes': {
      const outcomes = payload.snapshots.map((snapshot) => tables.processes.append(nodeId, snapshot, nowMs));
      return {
        ...nothing,
        duplicateTicks: outcomes.filter(({ isKept }) => !isKept).length,
        refusedWaitChannels: outcomes.reduce((sum, outcome) => sum + outcome.refusedWaitChannels, 0),
      };
    }
    case 'inventory':
      tables.nodes.putInventory(nodeId, payload.inventory);
      break;
    case 'gap':
      tables.delivery.addGap(nodeId, payload.gap);
      break;
    case 'command':
      return { ...nothing, ignoredReports: tables.commands.report(node, payload.report) ? 0 : 1 };
    case 'profile':
      return { ...nothing, ignoredReports: tables.profiles.report(node, payload.report) ? 0 : 1 };
  }
  return nothing;
}
