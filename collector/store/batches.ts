// In: a batch and its sender, inside of a transaction. Out: what became of it. The rows of the batch and the sender's
// new position are written together.
// It drops a batch whose sequence is there already.
import type { Clock } from '../../shared/clock.ts';
import { type Batch, classOf, type Payload } from '../../shared/model/batch.ts';
import type { DataClass, Gap, Sender } from '../../shared/model/delivery.ts';
import type { MetricTick } from '../../shared/model/metric.ts';
import { lossLeft } from './log/loss.ts';
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
  const ranges = tables.delivery.ranges(key);
  if (ranges.has(batch.sequence)) return { outcome: 'duplicate', dataClass, ...nothing };
  if (!ranges.add({ from: batch.sequence, to: batch.sequence })) {
    return { outcome: 'scattered', dataClass, ...nothing };
  }
  const times = timesOf(batch.payload, nowMs);
  const effect = writePayload(tables, batch.payload, { ...sender, nodeId, nowMs });
  tables.delivery.advance(key, times.lastMs, nowMs);
  return { outcome: 'stored', dataClass, ...effect };
}

export function declareLoss(tables: Tables, clock: Clock, sender: Sender, gap: Gap): void {
  const nowMs = Math.trunc(clock.now());
  addGap(tables, gap, { ...sender, nodeId: tables.nodes.idOf(sender.node, nowMs), nowMs });
}

function addGap({ delivery }: Tables, gap: Gap, { nodeId, spoolId, nowMs }: Place): void {
  const { sequences, dataClass } = gap;
  if (sequences === null) return delivery.addGap(nodeId, gap);
  const key = { nodeId, spoolId, dataClass };
  const left = lossLeft(delivery.ranges(key), gap, sequences);
  if (left === undefined || !delivery.ranges(key).add(sequences)) return;
  delivery.addGap(nodeId, left);
  delivery.advance(key, gap.toTimeMs, nowMs);
}

interface Times {
  readonly firstMs: number;
  readonly lastMs: number;
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

interface Place extends Sender {
  readonly nodeId: number;
  readonly nowMs: number;
}

function writePayload(tables: Tables, payload: Payload, place: Place): PayloadEffect {
  const { node, nodeId, nowMs } = place;
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
      addGap(tables, payload.gap, place);
      break;
    case 'command':
      return { ...nothing, ignoredReports: tables.commands.report(node, payload.report) ? 0 : 1 };
    case 'profile':
      return { ...nothing, ignoredReports: tables.profiles.report(node, payload.report) ? 0 : 1 };
  }
  return nothing;
}
