// What the spool must know of a payload without understanding it: how many items it holds, and from when to when.
import type { Payload } from '../../shared/model/batch.ts';

export interface PayloadFacts {
  /** Ticks, snapshots or reports. */
  readonly items: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export function factsOf(payload: Payload, nowMs: number): PayloadFacts {
  switch (payload.kind) {
    case 'metrics':
      return spanOf(payload.ticks, nowMs);
    case 'processes':
      return spanOf(payload.snapshots, nowMs);
    case 'gap':
      return { items: 1, fromMs: payload.gap.fromTimeMs, toMs: payload.gap.toTimeMs };
    case 'inventory':
    case 'command':
    case 'profile':
      return { items: 1, fromMs: nowMs, toMs: nowMs };
  }
}

function spanOf(items: readonly { readonly timeMs: number }[], nowMs: number): PayloadFacts {
  return {
    items: items.length,
    fromMs: items[0]?.timeMs ?? nowMs,
    toMs: items.at(-1)?.timeMs ?? nowMs,
  };
}
