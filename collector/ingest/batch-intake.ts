// In: the batches of one telemetry stream, hostile. Out: batches with times of the collector's clock for
// the store, or a refusal for what may not enter.
//
// Invariant: a refusal is told after its loss is declared in the store.
import { status } from '../../shared/grpc-status.ts';
import type { Payload } from '../../shared/model/batch.ts';
import type { Position } from '../../shared/model/delivery.ts';
import type { Refusal } from '../../shared/wire/delivery.ts';
import type { TelemetryRequest } from '../../shared/wire/telemetry-stream.ts';
import { WireError } from '../../shared/wire/wire-error.ts';
import { StreamRefusal } from '../grpc/stream-refusal.ts';
import { checkSeries, checkTimes, correctTimes, extentOf, type RefusedBatch } from './admission.ts';
import { BatchAppender, samplesIn } from './batch-appender.ts';
import type { Greeted } from './greeting.ts';
import type { NodeClock } from './node-clock.ts';
import type { Receipts } from './receipts.ts';
import type { EndableStream, SessionDeps } from './session-deps.ts';
import { countUp } from './statistics.ts';
import { pause } from './waiting.ts';

export interface IntakeParts extends Greeted {
  readonly stream: EndableStream;
  readonly clock: NodeClock;
  readonly receipts: Receipts;
  /** False: the agent must be told of another credit. */
  readonly mayWait: () => boolean;
  readonly refuse: (refusal: Refusal) => void;
  readonly eventStored: () => void;
}

type BatchRequest = Extract<TelemetryRequest, { kind: 'batch' }>;

/** What a batch holds in memory beside the bytes of its message. */
const bytesPerValue = 8;

export class BatchIntake {
  readonly #deps: SessionDeps;
  readonly #parts: IntakeParts;
  /** The newest time of the buffer before this one; null when this one is not new, or its beginning is stored. */
  #lastOfOldBufferMs: number | null;
  readonly #appender: BatchAppender;

  constructor(deps: SessionDeps, parts: IntakeParts) {
    this.#deps = deps;
    this.#parts = parts;
    this.#appender = new BatchAppender(deps, {
      ...parts,
      refused: (position, payload, error) => this.#declareAndRefuse(position, extentOf(payload), error),
    });
    this.#lastOfOldBufferMs = parts.lastOfOldBufferMs;
  }

  /** Returns a promise when it takes its time. */
  take(request: BatchRequest, bytes: Buffer): Promise<void> | undefined {
    const { position } = request;
    const { statistics, clock, ownClock, backpressure } = this.#deps;
    statistics.messages += 1;
    ownClock.require();
    const nowMs = clock.now();
    const decoded = this.#decode(request);
    if (decoded instanceof WireError) return this.#endAfterRefusal(position, decoded);
    this.#parts.clock.follow({ wallMs: nowMs, monotonicMs: clock.monotonic() });
    const addMs = this.#parts.clock.correctionMs(request.bootedMs);
    if (addMs !== 0) statistics.corrected += 1;
    const payload = correctTimes(decoded, addMs, nowMs);
    const refused = backpressure.sheds(position.dataClass)
      ? overload
      : (checkTimes(payload, nowMs) ?? checkSeries(payload));
    if (refused !== null) return this.#refuse(position, { payload, bytes }, refused);
    if (!this.#parts.budget.hours(extentOf(payload).timesMs, clock.monotonic())) throw this.#tooManyHours();
    const samples = samplesIn(payload);
    const restarted = payload.kind === 'metrics' ? this.#restarted(position, payload) : undefined;
    const sizeBytes = bytes.length + samples * bytesPerValue;
    const { receiptMayWait } = request;
    const appended = this.#appender.append(position, payload, { sizeBytes, restarted, receiptMayWait });
    const wait = this.#parts.budget.samples(samples, clock.monotonic());
    return wait === null ? appended : pause(this.#deps, wait);
  }

  /** Nobody waits any more. */
  stop(): void {
    this.#appender.stop();
  }

  #decode({ decodePayload }: BatchRequest): Payload | WireError {
    const { pool, clock } = this.#deps;
    const before = pool.decodedDefinitions;
    try {
      const payload = decodePayload();
      if (this.#parts.budget.newSeries(pool.decodedDefinitions - before, clock.monotonic())) return payload;
    } catch (error) {
      if (error instanceof WireError) return error;
      throw error;
    }
    const message = `${this.#parts.sender.node} defines new series too fast; find the source whose labels change with jidi-agent --once, and leave it out in the agent's configuration`;
    throw new StreamRefusal(status.RESOURCE_EXHAUSTED, 'series-rate', message);
  }

  #tooManyHours(): StreamRefusal {
    const message = `${this.#parts.sender.node} sends samples of too many hours too fast; its agent goes on by itself`;
    return new StreamRefusal(status.RESOURCE_EXHAUSTED, 'hour-rate', message);
  }

  /** The dictionary is not to be trusted any more: only a new stream makes sense of what follows. */
  async #endAfterRefusal(position: Position, error: WireError): Promise<void> {
    await this.#declareAndRefuse(position, { count: 0, timesMs: [] }, error);
    throw error;
  }

  #refuse(
    position: Position,
    { payload, bytes }: { payload: Payload; bytes: Buffer },
    refused: RefusedBatch,
  ): Promise<void> {
    const { quarantine, clock } = this.#deps;
    const { code } = refused;
    if (code === 'future' || code === 'past') {
      const { node } = this.#parts.sender;
      quarantine.put({
        node,
        dataClass: position.dataClass,
        timeMs: clock.now(),
        reason: code,
        // Of its own: the message is a part of something larger.
        body: Uint8Array.from(bytes),
      });
    }
    const { count, timesMs } = extentOf(payload);
    // A time that cannot be says nothing about when the loss was.
    return this.#declareAndRefuse(position, { count, timesMs: code === 'overload' ? timesMs : [] }, refused);
  }

  async #declareAndRefuse(
    position: Position,
    { count, timesMs }: { count: number; timesMs: readonly number[] },
    { code, message }: { code: string; message: string },
  ): Promise<void> {
    const { statistics, log, clock } = this.#deps;
    countUp(statistics.refused, code);
    log.debug({ node: this.#parts.sender.node, code, ...position, reason: message }, 'batch refused');
    const nowMs = clock.now();
    const [fromTimeMs, toTimeMs] = [timesMs[0] ?? nowMs, timesMs.at(-1) ?? nowMs];
    await this.#parts.losses.refused(position, { count, fromTimeMs, toTimeMs });
    this.#parts.refuse({ position, code, message });
  }

  /**
   * Declares what was lost with the buffer before this one: up to the first tick of this one. When that one is not here
   * yet, up to the node's boot, after which this one holds everything.
   */
  #restarted(
    { sequence }: Position,
    { ticks }: Extract<Payload, { kind: 'metrics' }>,
  ): Promise<void> | undefined {
    const lastMs = this.#lastOfOldBufferMs;
    const firstMs = ticks[0]?.timeMs;
    if (lastMs === null || firstMs === undefined) return undefined;
    this.#lastOfOldBufferMs = null;
    const { bootMs } = this.#parts.clock;
    const isRebooted = bootMs !== null && bootMs > lastMs && bootMs < firstMs;
    const toMs = sequence !== 1 && isRebooted ? bootMs : firstMs;
    return toMs > lastMs ? this.#parts.losses.restarted(lastMs, toMs) : undefined;
  }
}

const overload: RefusedBatch = {
  code: 'overload',
  message:
    'the collector cannot keep up and keeps metrics first; give it a faster disk or a larger disk budget',
};
