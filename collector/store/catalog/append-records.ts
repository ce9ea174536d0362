// In: a batch of the classes `result` or `profile` and its sender, inside of a transaction. Out: what became of it. Its
// rows and its number are written together.
// It drops a batch whose number is there already, and refuses (`scattered`) one beyond as many holes as are kept.
import { type Batch, classOf, type Payload } from '../../../shared/model/batch.ts';
import type { Sender } from '../../../shared/model/delivery.ts';
import type { AppendOutcome } from '../store.ts';
import type { Catalog } from './catalog.ts';

export interface RecordEffect {
  readonly outcome: AppendOutcome;
  /** Reports and stacks that fit no stored profile or command. */
  readonly ignoredReports: number;
}

export function appendRecords(catalog: Catalog, sender: Sender, batch: Batch, nowMs: number): RecordEffect {
  const nodeId = catalog.nodes.idOf(sender.node, nowMs);
  const key = { nodeId, spoolId: sender.spoolId, dataClass: classOf(batch.payload) };
  const ranges = catalog.positions.ranges(key);
  if (ranges.has(batch.sequence)) return { outcome: 'duplicate', ignoredReports: 0 };
  if (!ranges.add({ from: batch.sequence, to: batch.sequence })) {
    return { outcome: 'scattered', ignoredReports: 0 };
  }
  const isTaken = takeReport(catalog, sender.node, batch.payload);
  catalog.positions.put(key, { ranges, lastTimeMs: timeOf(batch.payload, nowMs), nowMs });
  return { outcome: 'stored', ignoredReports: isTaken ? 0 : 1 };
}

function takeReport(catalog: Catalog, node: string, payload: Payload): boolean {
  if (payload.kind === 'command') return catalog.commands.report(node, payload.report);
  if (payload.kind === 'profile') return catalog.profiles.report(node, payload.report);
  throw new Error(`a batch of ${payload.kind} belongs into the log`);
}

function timeOf(payload: Payload, nowMs: number): number {
  return payload.kind === 'command' ? payload.report.timeMs : nowMs;
}
