// In: checked batches of one telemetry stream. Out: the same in the store, receipts for them, a word on the live bus.
//
// Invariants: a receipt is told only after the store has synced; only so many batches and bytes are on their way
// into the store, and whoever sends beyond that waits: one agent must not take the room of the others.
import { status } from '../../shared/grpc-status.ts';
import type { Payload } from '../../shared/model/batch.ts';
import type { Position, Sender } from '../../shared/model/delivery.ts';
import { StreamRefusal } from '../grpc/stream-refusal.ts';
import type { AppendOutcome } from '../store/store.ts';
import type { Receipts } from './receipts.ts';
import { type EndableStream, type SessionDeps, telemetryClasses } from './session-deps.ts';
import { countUp } from './statistics.ts';
import { refusalOf } from './store-trouble.ts';

export interface AppenderParts {
  readonly sender: Sender;
  readonly stream: EndableStream;
  readonly receipts: Receipts;
  readonly mayWait: () => boolean;
  /** Declares a batch lost and refuses it. */
  readonly refused: (
    position: Position,
    payload: Payload,
    error: { code: string; message: string },
  ) => Promise<void>;
  readonly eventStored: () => void;
}

interface Appending {
  readonly sizeBytes: number;
  /** What must be declared before. */
  readonly restarted: Promise<void> | undefined;
  readonly receiptMayWait: boolean;
}

interface Stored {
  readonly outcome: AppendOutcome;
  readonly mayWait: boolean;
}

export class BatchAppender {
  readonly #deps: SessionDeps;
  readonly #parts: AppenderParts;
  #underWay = 0;
  #bytesUnderWay = 0;
  #freed: (() => void) | null = null;

  constructor(deps: SessionDeps, parts: AppenderParts) {
    this.#deps = deps;
    this.#parts = parts;
  }

  /** Appends that arrive together share a sync, so they do not wait for each other, unless there are too many. */
  append(position: Position, payload: Payload, appending: Appending): Promise<void> | undefined {
    const written = this.#write(position, payload, appending);
    if (appending.restarted !== undefined) return written;
    return this.#isFull ? this.#room() : undefined;
  }

  /** Nobody waits any more. */
  stop(): void {
    this.#freed?.();
  }

  get #isFull(): boolean {
    const { batchesUnderWay, bytesUnderWayPerAgent } = this.#deps.limits;
    return this.#underWay >= batchesUnderWay || this.#bytesUnderWay >= bytesUnderWayPerAgent;
  }

  async #write(position: Position, payload: Payload, appending: Appending): Promise<void> {
    const { backpressure, store } = this.#deps;
    const { sizeBytes, restarted } = appending;
    this.#underWay += 1;
    this.#bytesUnderWay += sizeBytes;
    backpressure.began(sizeBytes);
    try {
      if (restarted !== undefined) await restarted;
      const batch = { sequence: position.sequence, payload };
      const outcome = await store.append(this.#parts.sender, batch);
      this.#stored(position, payload, { outcome, mayWait: appending.receiptMayWait });
    } catch (error) {
      await this.#failed(position, payload, error);
    }
    backpressure.ended(sizeBytes);
    this.#underWay -= 1;
    this.#bytesUnderWay -= sizeBytes;
    if (!this.#isFull) this.#freed?.();
  }

  #stored({ dataClass, sequence }: Position, payload: Payload, { outcome, mayWait }: Stored): void {
    if (outcome === 'scattered') {
      const message = `too many holes in the numbers of class ${dataClass}; send the oldest first`;
      throw new StreamRefusal(status.ABORTED, 'scattered', message);
    }
    const { statistics, storing } = this.#deps;
    const { receipts, sender, eventStored } = this.#parts;
    const receipt = { mayWait: mayWait && this.#parts.mayWait() };
    storing(null);
    countUp(statistics.batches, dataClass);
    let isTold = receipts.add(dataClass, { from: sequence, to: sequence }, receipt);
    if (payload.kind === 'gap' && payload.gap.sequences !== null) {
      const { dataClass: lost, sequences } = payload.gap;
      if (telemetryClasses.has(lost)) isTold = receipts.add(lost, sequences) && isTold;
    }
    if (!isTold) void this.#askStore();
    if (dataClass === 'event') eventStored();
    if (outcome === 'duplicate') statistics.duplicates += 1;
    else this.#tell(sender.node, payload);
  }

  /** Numbers that lie too scattered here are not so in the store, which alone knows all that is declared lost. */
  async #askStore(): Promise<void> {
    const { store, log } = this.#deps;
    try {
      this.#parts.receipts.begin(await store.positions(this.#parts.sender));
    } catch (error) {
      log.debug({ err: error, node: this.#parts.sender.node }, 'positions not read');
    }
  }

  #tell(node: string, payload: Payload): void {
    if (payload.kind !== 'metrics') return;
    this.#deps.statistics.samples += samplesIn(payload);
    const newest = payload.ticks.at(-1);
    if (newest !== undefined) this.#deps.bus.publish({ kind: 'tick', node, timeMs: newest.timeMs });
  }

  async #failed(position: Position, payload: Payload, error: unknown): Promise<void> {
    const refusal = refusalOf(this.#deps.storing, error);
    if (refusal instanceof StreamRefusal) this.#parts.stream.end(refusal);
    else await this.#giveUp(position, payload, refusal);
  }

  /** A bug met this batch. It would meet it again, so the batch must not come for ever. */
  async #giveUp(position: Position, payload: Payload, error: unknown): Promise<void> {
    const { log } = this.#deps;
    const { sender, stream } = this.#parts;
    log.error({ err: error, node: sender.node, ...position }, 'batch cannot be stored');
    const message = 'the collector cannot store this batch; its log says why';
    try {
      await this.#parts.refused(position, payload, { code: 'malformed', message });
    } catch (trouble) {
      const refusal = trouble instanceof StreamRefusal ? trouble : null;
      stream.end(refusal ?? new StreamRefusal(status.INTERNAL, 'internal', message));
    }
  }

  async #room(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#freed = resolve;
    });
    this.#freed = null;
  }
}

export function samplesIn(payload: Payload): number {
  return payload.kind === 'metrics' ? payload.ticks.reduce((sum, tick) => sum + tick.values.length, 0) : 0;
}
