// A batch: a numbered portion of one class of data, as the agent keeps it and the collector stores it.
import type { CommandReport } from './command.ts';
import type { DataClass, Gap } from './delivery.ts';
import type { MetricTick } from './metric.ts';
import type { Inventory } from './node.ts';
import type { ProcessSnapshot } from './process.ts';
import type { ProfileReport } from './profile.ts';

export type Payload =
  | { readonly kind: 'metrics'; readonly ticks: readonly MetricTick[] }
  | { readonly kind: 'processes'; readonly snapshots: readonly ProcessSnapshot[] }
  | { readonly kind: 'inventory'; readonly inventory: Inventory }
  | { readonly kind: 'gap'; readonly gap: Gap }
  | { readonly kind: 'command'; readonly report: CommandReport }
  | { readonly kind: 'profile'; readonly report: ProfileReport };

export interface Batch {
  /** 1, 2, 3 … within (spool, class). */
  readonly sequence: number;
  readonly payload: Payload;
}

/** A batch on its way from the agent to the collector. */
export interface SentBatch extends Batch {
  /**
   * Moment of the node's boot by the wall clock that gave the batch its times, ms since the Unix epoch; null when not
   * known, as for what was measured before the boot.
   */
  readonly bootedMs: number | null;
}

const classOfKind: Readonly<Record<Payload['kind'], DataClass>> = {
  metrics: 'metric',
  processes: 'process',
  inventory: 'event',
  gap: 'event',
  command: 'result',
  profile: 'profile',
};

export function classOf(payload: Payload): DataClass {
  return classOfKind[payload.kind];
}
