// What may not enter, apart from what the decoder refuses: times from the future and numbers that run backwards.
import type { Batch, Payload } from '../../shared/model/batch.ts';
import type { DataClass } from '../../shared/model/delivery.ts';

export interface RefusedBatch {
  readonly code: 'future' | 'out-of-order' | 'malformed';
  readonly message: string;
}

/** How far a node's clock may run ahead of the collector's. */
const maxAheadMs = 10 * 60_000;

/** Watches the order within one stream. */
export class Admission {
  readonly #last = new Map<DataClass, number>();

  /** null: welcome. A batch that was stored before is welcome, too: the store knows it and it is acknowledged again. */
  check(dataClass: DataClass, { sequence, payload }: Batch, nowMs: number): RefusedBatch | null {
    const last = this.#last.get(dataClass) ?? 0;
    if (sequence <= last) {
      return {
        code: 'out-of-order',
        message: `batch ${sequence} of class ${dataClass} came after ${last}; numbers must grow within a stream`,
      };
    }
    this.#last.set(dataClass, sequence);
    return checkTimes(timesOf(payload), nowMs);
  }
}

function checkTimes(timesMs: readonly number[], nowMs: number): RefusedBatch | null {
  const newest = Math.max(...timesMs, 0);
  if (newest > nowMs + maxAheadMs) {
    const ahead = Math.round((newest - nowMs) / 60_000);
    return {
      code: 'future',
      message: `time lies ${ahead} minutes in the future; set the clock of the node (chronyc tracking shows it)`,
    };
  }
  if (timesMs.some((time, index) => index > 0 && time <= (timesMs[index - 1] ?? 0))) {
    return { code: 'malformed', message: 'times within a batch do not ascend' };
  }
  return null;
}

function timesOf(payload: Payload): readonly number[] {
  if (payload.kind === 'metrics') return payload.ticks.map((tick) => tick.timeMs);
  if (payload.kind === 'processes') return payload.snapshots.map((snapshot) => snapshot.timeMs);
  if (payload.kind === 'inventory') return [payload.inventory.timeMs];
  // What is declared lost until a far day would be kept until then.
  if (payload.kind === 'gap') return [payload.gap.toTimeMs];
  return [];
}
