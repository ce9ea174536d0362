// One agent's control stream. In: reports, hostile. Out: reports handed to the handler, receipts; directives go down.
import type { StreamControlResponseInput } from '../../proto/gen/jidi/v1/StreamControlResponse.ts';
import { readControlRequest } from '../../proto/server-streams.ts';
import type { Payload } from '../../shared/model/batch.ts';
import type { Position } from '../../shared/model/delivery.ts';
import type { Directive } from '../../shared/model/directive.ts';
import {
  type ControlRequest,
  type ControlResponse,
  decodeControlRequest,
  encodeControlResponse,
} from '../../shared/wire/control-stream.ts';
import { WireError } from '../../shared/wire/wire-error.ts';
import type { AgentStream } from './agent-stream.ts';
import type { ControlPeer } from './control-handler.ts';
import { createWelcome, type Greeted, greet, outOfPlace } from './greeting.ts';
import { Receipts } from './receipts.ts';
import { controlClasses, type SessionDeps } from './session-deps.ts';
import { countUp } from './statistics.ts';
import { storeTrouble } from './store-trouble.ts';
import { pause } from './waiting.ts';

type Stream = AgentStream<StreamControlResponseInput>;

/** Reports are few, and results of commands come before everything else: they are taken also by a store that lags. */
const mostCredit = 16;
const leastCredit = 2;
/** Directives that may wait for an agent that does not read. */
const maxQueuedDirectives = 256;

export class ControlSession {
  readonly #deps: SessionDeps;
  readonly #stream: Stream;
  readonly #receipts: Receipts;
  #greeted: Greeted | null = null;
  #peer: ControlPeer | null = null;
  #isReplaced = false;

  constructor(deps: SessionDeps, stream: Stream) {
    this.#deps = deps;
    this.#stream = stream;
    this.#receipts = new Receipts((position) => {
      this.#write({ kind: 'ack', ack: { position, credit: this.#credit } });
    });
  }

  async message(bytes: Buffer): Promise<void> {
    const greeted = this.#greeted;
    if (greeted === null) return this.#greet(decodeControlRequest(readControlRequest(bytes)));
    const wait = greeted.budget.message(bytes.length, this.#deps.clock.monotonic());
    if (wait !== null) await pause(this.#deps, wait);
    const request = decodeControlRequest(readControlRequest(bytes));
    this.#deps.presence.seen(greeted.sender.node);
    if (request.kind !== 'report') throw outOfPlace('a second hello');
    return this.#take(greeted, request.position, request.decodePayload);
  }

  /** The handler hears of the newer stream instead. */
  replaced(): void {
    this.#isReplaced = true;
  }

  ended(): void {
    this.#receipts.stop();
    if (this.#peer !== null && !this.#isReplaced) this.#deps.handler.disconnected(this.#peer);
  }

  get #credit(): number {
    return Math.max(leastCredit, Math.min(mostCredit, this.#deps.backpressure.credit));
  }

  async #greet(request: ControlRequest): Promise<void> {
    if (request.kind !== 'hello') throw outOfPlace('a message before the hello');
    const { hello } = request;
    const { clock, version, handler } = this.#deps;
    this.#stream.greeted();
    const greeted = await greet(this.#deps, hello, this.#receipts);
    const { node } = greeted.sender;
    for (const held of hello.held) {
      if (!controlClasses.has(held.dataClass)) continue;
      await greeted.losses.notHeld(held);
    }
    // Ended meanwhile: who is gone must not take the place of one who is there.
    if (this.#stream.isOver) return;
    this.#greeted = greeted;
    this.#deps.greeted(node, this.#stream);
    const stored = this.#receipts.positions();
    const facts = { hello, collectorVersion: version, nowMs: clock.now(), stored, credit: this.#credit };
    this.#write({ kind: 'welcome', welcome: createWelcome(facts) });
    this.#peer = { node, send: (directive) => this.#send(directive) };
    handler.connected(this.#peer);
  }

  #send(directive: Directive): boolean {
    if (this.#stream.isOver || this.#stream.unsent >= maxQueuedDirectives) return false;
    this.#write({ kind: 'directive', directive });
    return !this.#stream.isOver;
  }

  async #take(greeted: Greeted, position: Position, decodePayload: () => Payload): Promise<void> {
    const { statistics, handler, storing, backpressure } = this.#deps;
    const { dataClass, sequence } = position;
    statistics.messages += 1;
    try {
      const payload = decodePayload();
      if (backpressure.sheds(dataClass)) return await this.#refuse(greeted, position, 'overload');
      await storeTrouble(storing, () => handler.report(greeted.sender, { sequence, payload }));
      countUp(statistics.batches, dataClass);
      this.#receipts.add(dataClass, { from: sequence, to: sequence });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      await this.#refuse(greeted, position, error.code, error);
    }
  }

  /** Asking again for what cannot be read would change nothing: it is declared lost, and so received. */
  async #refuse(greeted: Greeted, position: Position, code: string, error?: WireError): Promise<void> {
    const { statistics, log, clock } = this.#deps;
    const { node } = greeted.sender;
    countUp(statistics.refused, code);
    log.warn({ node, code, ...position, reason: error?.message }, 'report refused');
    const nowMs = clock.now();
    await greeted.losses.refused(position, { count: 1, fromTimeMs: nowMs, toTimeMs: nowMs });
  }

  #write(response: ControlResponse): void {
    this.#stream.write(encodeControlResponse(response));
  }
}
