// The buffer of a simulated agent: in memory, small, with the rules of the real one. In: payloads. Out: numbered batches until
// they are acknowledged.
//
// Invariants: a batch gets its number when it is put; metrics and processes hold at most their limit of batches; what is dropped
// is declared in exactly one gap with its numbers, and counted.
import { randomUUID } from 'node:crypto';
import { classOf, type Payload, type SentBatch } from '../../../shared/model/batch.ts';
import {
  type DataClass,
  dataClasses,
  type Gap,
  type Held,
  type SequenceRange,
  type StoredPosition,
} from '../../../shared/model/delivery.ts';

export interface KeptBatch extends SentBatch {
  /** A gap that was not sent yet may grow. */
  payload: Payload;
  readonly dataClass: DataClass;
  /** Of what it tells, ms since the Unix epoch. */
  readonly timeMs: number;
  /** performance.now() when it was last sent; 0: never. */
  sentMs: number;
  /** It was sent as soon as it was there, not as a part of a backlog. */
  isLive: boolean;
  /** Its receipt comes with the echo of a heartbeat. */
  mayWait: boolean;
}

export interface LightSpoolStatistics {
  /** Batches put, by class. */
  readonly put: Record<DataClass, number>;
  readonly acknowledged: Record<DataClass, number>;
  readonly refused: Record<DataClass, number>;
  /** Dropped for want of room, and declared. */
  readonly dropped: Record<DataClass, number>;
}

interface Lane {
  readonly held: Map<number, KeptBatch>;
  next: number;
}

export class LightSpool {
  readonly id = randomUUID();
  readonly #limit: number;
  readonly #statistics: LightSpoolStatistics;
  readonly #lanes: ReadonlyMap<DataClass, Lane>;
  #declared: KeptBatch[] = [];

  /** `limit`: batches that a class holds. The statistics may be shared by many. */
  constructor(limit: number, statistics: LightSpoolStatistics) {
    this.#limit = limit;
    this.#statistics = statistics;
    this.#lanes = new Map(dataClasses.map((name) => [name, { held: new Map(), next: 1 }]));
  }

  put(payload: Payload, timeMs: number, bootedMs: number): KeptBatch {
    const dataClass = classOf(payload);
    const lane = this.#lane(dataClass);
    const head = { sequence: lane.next, payload, bootedMs, dataClass, timeMs };
    const batch = { ...head, sentMs: 0, isLive: false, mayWait: false };
    lane.next += 1;
    lane.held.set(batch.sequence, batch);
    this.#statistics.put[dataClass] += 1;
    const isBounded = dataClass === 'metric' || dataClass === 'process';
    if (isBounded && lane.held.size > this.#limit) this.#dropOldest(dataClass, lane, bootedMs);
    return batch;
  }

  /** Gaps that were declared since it was asked last. */
  takeDeclared(): readonly KeptBatch[] {
    const declared = this.#declared;
    if (declared.length > 0) this.#declared = [];
    return declared;
  }

  held(classes: readonly DataClass[]): readonly Held[] {
    return classes.map((dataClass) => {
      const { held, next } = this.#lane(dataClass);
      const [first = next] = held.keys();
      return { dataClass, first, next };
    });
  }

  /** Batches of the class, the oldest first. */
  *batches(dataClass: DataClass): Generator<KeptBatch> {
    yield* this.#lane(dataClass).held.values();
  }

  has(dataClass: DataClass, sequence: number): boolean {
    return this.#lane(dataClass).held.has(sequence);
  }

  count(dataClass: DataClass): number {
    return this.#lane(dataClass).held.size;
  }

  /** What the position names is forgotten. */
  acknowledge(position: StoredPosition): void {
    const { dataClass } = position;
    const { held } = this.#lane(dataClass);
    const stored = [...held.values()].filter(({ sequence }) => isNamed(position, sequence));
    for (const batch of stored) held.delete(batch.sequence);
    this.#statistics.acknowledged[dataClass] += stored.length;
  }

  /** The collector has declared it lost. */
  refuse(dataClass: DataClass, sequence: number): void {
    if (this.#lane(dataClass).held.delete(sequence)) this.#statistics.refused[dataClass] += 1;
  }

  /** Drops an eighth at once, so that one gap tells of many. */
  #dropOldest(dataClass: DataClass, lane: Lane, bootedMs: number): void {
    const doomed = [...lane.held.values()].slice(0, Math.max(1, this.#limit >> 3));
    const [first] = doomed;
    const last = doomed.at(-1);
    if (first === undefined || last === undefined) return;
    for (const { sequence } of doomed) lane.held.delete(sequence);
    this.#statistics.dropped[dataClass] += doomed.length;
    const sequences = { from: first.sequence, to: last.sequence };
    const times = { fromTimeMs: first.timeMs, toTimeMs: last.timeMs };
    this.#declare({ dataClass, ...times, count: doomed.length, reason: 'buffer-full', sequences }, bootedMs);
  }

  /** One declaration grows until it is sent: a long outage must not fill the buffer with them. */
  #declare(gap: Gap & { readonly sequences: SequenceRange }, bootedMs: number): void {
    for (const batch of this.#lane('event').held.values()) {
      if (batch.sentMs > 0 || batch.payload.kind !== 'gap') continue;
      const { gap: earlier } = batch.payload;
      if (earlier.dataClass !== gap.dataClass || earlier.sequences?.to !== gap.sequences.from - 1) continue;
      const sequences = { from: earlier.sequences.from, to: gap.sequences.to };
      const { toTimeMs } = gap;
      batch.payload = {
        kind: 'gap',
        gap: { ...earlier, toTimeMs, count: earlier.count + gap.count, sequences },
      };
      return;
    }
    this.#declared.push(this.put({ kind: 'gap', gap }, gap.toTimeMs, bootedMs));
  }

  #lane(dataClass: DataClass): Lane {
    const lane = this.#lanes.get(dataClass);
    if (lane === undefined) throw new TypeError(`unknown class ${dataClass}`);
    return lane;
  }
}

export function createSpoolStatistics(): LightSpoolStatistics {
  const none = () => ({ result: 0, event: 0, metric: 0, process: 0, profile: 0 });
  return { put: none(), acknowledged: none(), refused: none(), dropped: none() };
}

/** True when the position says that the number is stored, or declared lost. */
export function isNamed({ sequence, beyond }: StoredPosition, number: number): boolean {
  return number <= sequence || beyond.some(({ from, to }) => number >= from && number <= to);
}
