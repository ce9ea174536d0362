// One agent's telemetry stream: greeting, signs of life, receipts with credit. In: messages, hostile. Out: answers; the
// batches go to the intake.
//
// Invariants: a receipt is sent only after the store has synced; the trouble of one agent ends at most its own stream.
import type { StreamTelemetryResponseInput } from '../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import type { Held, StoredPosition } from '../../shared/model/delivery.ts';
import type { Ack } from '../../shared/wire/delivery.ts';
import {
  encodeTelemetryResponse,
  TelemetryDecoder,
  type TelemetryRequest,
  type TelemetryResponse,
} from '../../shared/wire/telemetry-stream.ts';
import type { AgentBudget, Wait } from './agent-budget.ts';
import type { AgentStream } from './agent-stream.ts';
import type { Creditor } from './backpressure.ts';
import { BatchIntake } from './batch-intake.ts';
import { createWelcome, greet, outOfPlace } from './greeting.ts';
import type { Losses } from './losses.ts';
import { type ClockSign, NodeClock, type Received } from './node-clock.ts';
import { Receipts } from './receipts.ts';
import { type SessionDeps, telemetryClasses } from './session-deps.ts';
import { countUp } from './statistics.ts';
import { pause } from './waiting.ts';

type Stream = AgentStream<StreamTelemetryResponseInput>;

/** What there is once the greeting was accepted. */
interface Talk {
  readonly node: string;
  readonly budget: AgentBudget;
  readonly losses: Losses;
  readonly intake: BatchIntake;
}

export class TelemetrySession implements Creditor {
  readonly #deps: SessionDeps;
  readonly #stream: Stream;
  readonly #decoder: TelemetryDecoder;
  readonly #receipts: Receipts;
  readonly #clock = new NodeClock();
  #talk: Talk | null = null;
  /** Classes of which numbers are missing, until all events that the agent has are here: one may say what was lost. */
  #unsettled: readonly Held[] = [];
  #lastEvent = 0;
  #isReplaced = false;
  #toldCredit = 0;
  #seenMs = Number.NEGATIVE_INFINITY;

  constructor(deps: SessionDeps, stream: Stream) {
    this.#deps = deps;
    this.#stream = stream;
    this.#decoder = new TelemetryDecoder(deps.pool);
    this.#receipts = new Receipts((position) => this.#write({ kind: 'ack', ack: this.#ack(position) }));
  }

  get toldCredit(): number {
    return this.#toldCredit;
  }

  tellCredit(): void {
    this.#receipts.tell('metric');
  }

  message(bytes: Buffer): Promise<void> | undefined {
    if (this.#talk === null) return this.#greet(this.#decoder.read(bytes));
    const { backpressure, clock } = this.#deps;
    const wait = this.#talk.budget.message(bytes.length, clock.monotonic());
    const room = backpressure.room();
    if (wait === null && room === null) return this.#handle(this.#talk, bytes);
    return this.#handleLater(this.#talk, bytes, { wait, room });
  }

  replaced(): void {
    this.#isReplaced = true;
  }

  ended(): void {
    const { backpressure, bus, clocks } = this.#deps;
    this.#receipts.stop();
    backpressure.leave(this);
    if (this.#talk === null) return;
    this.#talk.intake.stop();
    if (!this.#isReplaced) clocks.forget(this.#talk.node);
    bus.publish({ kind: 'node', node: this.#talk.node });
  }

  async #handleLater(
    talk: Talk,
    bytes: Buffer,
    { wait, room }: { wait: Wait | null; room: Promise<void> | null },
  ): Promise<void> {
    if (wait !== null) await pause(this.#deps, wait);
    if (room !== null) {
      countUp(this.#deps.statistics.limited, 'store');
      await room;
    }
    if (!this.#stream.isOver) await this.#handle(talk, bytes);
  }

  #handle(talk: Talk, bytes: Buffer): Promise<void> | undefined {
    const request = this.#decoder.read(bytes);
    this.#seen(talk.node);
    if (request.kind === 'batch') return talk.intake.take(request, bytes);
    if (request.kind !== 'heartbeat') throw outOfPlace('a second hello');
    this.#learnClock(talk.node, request.heartbeat);
    const { sentTimeMs } = request.heartbeat;
    const collectorTimeMs = this.#deps.clock.now();
    const receipts = this.#receipts.take().map((position) => this.#ack(position));
    this.#write({ kind: 'heartbeat-echo', echo: { sentTimeMs, collectorTimeMs, receipts } });
    return undefined;
  }

  #ack(position: StoredPosition): Ack {
    this.#toldCredit = this.#deps.backpressure.credit;
    return { position, credit: this.#toldCredit };
  }

  /** A sign of life each second is as good as a thousand. */
  #seen(node: string): void {
    const nowMs = this.#deps.clock.monotonic();
    if (nowMs - this.#seenMs < 1000) return;
    this.#seenMs = nowMs;
    this.#deps.presence.seen(node);
  }

  async #greet(request: TelemetryRequest): Promise<void> {
    if (request.kind !== 'hello') throw outOfPlace('a message before the hello');
    const { hello } = request;
    const received = this.#now();
    this.#stream.greeted();
    const greeted = await greet(this.#deps, hello, this.#receipts);
    const { sender, budget, losses } = greeted;
    const held = hello.held.filter(({ dataClass }) => telemetryClasses.has(dataClass));
    await this.#settle(losses, held);
    // Ended meanwhile: who is gone must not take the place of one who is there.
    if (this.#stream.isOver) return;
    this.#clock.learn(hello, received);
    const intake = new BatchIntake(this.#deps, {
      ...greeted,
      stream: this.#stream,
      clock: this.#clock,
      receipts: this.#receipts,
      mayWait: () => this.#deps.backpressure.credit === this.#toldCredit,
      refuse: (refusal) => this.#write({ kind: 'refusal', refusal }),
      eventStored: () => void this.#settleLater(sender.node, losses),
    });
    this.#talk = { node: sender.node, budget, losses, intake };
    this.#welcome(sender.node, request);
  }

  #welcome(node: string, { hello }: Extract<TelemetryRequest, { kind: 'hello' }>): void {
    const { clock, bus, backpressure, version } = this.#deps;
    this.#deps.greeted(node, this.#stream);
    this.#learnClock(node, hello);
    const stored = this.#receipts.positions();
    this.#toldCredit = backpressure.credit;
    const facts = { hello, collectorVersion: version, nowMs: clock.now(), stored, credit: this.#toldCredit };
    this.#write({ kind: 'welcome', welcome: createWelcome(facts) });
    backpressure.join(this);
    bus.publish({ kind: 'node', node });
  }

  #learnClock(node: string, sign: ClockSign): void {
    this.#clock.learn(sign, this.#now());
    this.#deps.ownClock.hear(node, sign.sentTimeMs);
    if (this.#clock.offsetMs !== null) this.#deps.clocks.put(node, this.#clock.offsetMs);
  }

  #now(): Received {
    const { clock } = this.#deps;
    return { wallMs: clock.now(), monotonicMs: clock.monotonic() };
  }

  async #settle(losses: Losses, held: readonly Held[]): Promise<void> {
    const missing = held.filter((one) => losses.isMissing(one));
    const nextEvent = held.find(({ dataClass }) => dataClass === 'event')?.next ?? 1;
    this.#lastEvent = nextEvent - 1;
    this.#unsettled = missing.filter(({ dataClass }) => dataClass !== 'event');
    // An event that is gone cannot say anything any more.
    for (const one of missing) {
      if (one.dataClass === 'event') await losses.notHeld(one);
    }
    await this.#settleUnless(losses);
  }

  async #settleUnless(losses: Losses): Promise<void> {
    if (this.#unsettled.length === 0) return;
    const outstanding = this.#receipts.missing('event', { from: 1, to: this.#lastEvent });
    if (outstanding.length > 0) return;
    const settling = this.#unsettled;
    this.#unsettled = [];
    for (const one of settling) await losses.notHeld(one);
  }

  async #settleLater(node: string, losses: Losses): Promise<void> {
    try {
      await this.#settleUnless(losses);
    } catch (error) {
      // The store's own trouble ends the streams of all; the next greeting settles it.
      this.#deps.log.debug({ err: error, node }, 'losses not settled');
    }
  }

  #write(response: TelemetryResponse): void {
    this.#stream.write(encodeTelemetryResponse(response));
  }
}
