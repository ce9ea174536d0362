// In: a declared loss of a count that nobody can know, as an agent declares it after its machine went down: from what it
// had synced until the boot. Out: the same, begun only after the last that is stored: most of it may have arrived before.
import type { Payload } from '../../../shared/model/batch.ts';
import type { DataClass, Gap, SequenceRange, StoredPosition } from '../../../shared/model/delivery.ts';
import { SequenceRanges } from '../../../shared/sequence-ranges.ts';
import type { BatchStore, MetricStore, ProcessStore } from '../store.ts';

export interface StoredOfSender {
  positions(): Promise<readonly StoredPosition[]>;
  /** Time of the newest item of a class in a range, both ends included; undefined when there is none, or nobody knows. */
  newest(dataClass: DataClass, fromMs: number, toMs: number): Promise<number | undefined>;
}

interface UnknownLoss extends Gap {
  readonly count: 0;
  readonly sequences: SequenceRange;
}

type LossPayload = Extract<Payload, { kind: 'gap' }> & { readonly gap: UnknownLoss };

export function isUnknownLoss(payload: Payload): payload is LossPayload {
  return payload.kind === 'gap' && payload.gap.count === 0 && payload.gap.sequences !== null;
}

/** Only when nothing beyond the first missing number is stored: else something missing is older than what is stored. */
export async function afterStored({ gap }: LossPayload, stored: StoredOfSender): Promise<Payload> {
  const { dataClass, sequences, fromTimeMs, toTimeMs } = gap;
  const position = (await stored.positions()).find((one) => one.dataClass === dataClass);
  const ranges = new SequenceRanges(position?.sequence, position?.beyond);
  const [missing, ...others] = ranges.missing(sequences);
  if (missing === undefined || others.length > 0 || missing.to !== sequences.to) return { kind: 'gap', gap };
  const newestMs = await stored.newest(dataClass, fromTimeMs, toTimeMs);
  return { kind: 'gap', gap: newestMs === undefined ? gap : { ...gap, fromTimeMs: newestMs } };
}

type Reads = Pick<MetricStore, 'tickTimes'> &
  Pick<ProcessStore, 'snapshotAt'> &
  Pick<BatchStore, 'newestTimes'>;

/** An agent may declare what it likes, as often as it likes: no answer may cost more. */
const longestLookMs = 86_400_000;

export function newestStored(reads: Reads, node: string): StoredOfSender['newest'] {
  return async (dataClass, fromMs, toMs) => {
    const newestMs = (await reads.newestTimes(node)).get(dataClass);
    if (newestMs === undefined || newestMs < fromMs) return undefined;
    if (newestMs <= toMs) return newestMs;
    const lookMs = Math.max(fromMs, toMs - longestLookMs);
    if (dataClass === 'metric') return (await reads.tickTimes(node, lookMs, toMs)).at(-1);
    if (dataClass !== 'process') return undefined;
    return (await reads.snapshotAt(node, toMs, toMs - lookMs))?.timeMs;
  };
}
