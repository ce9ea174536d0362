// One agent's control stream. In: reports, hostile. Out: reports handed to the handler, receipts; directives go down.
import type { StreamControlRequest } from '../../proto/gen/jidi/v1/StreamControlRequest.ts';
import type { StreamControlResponseInput } from '../../proto/gen/jidi/v1/StreamControlResponse.ts';
import type { Payload } from '../../shared/model/batch.ts';
import type { Position, Sender } from '../../shared/model/delivery.ts';
import type { Directive } from '../../shared/model/directive.ts';
import {
  type ControlRequest,
  type ControlResponse,
  decodeControlRequest,
  encodeControlResponse,
} from '../../shared/wire/control-stream.ts';
import { WireError } from '../../shared/wire/wire-error.ts';
import { Acknowledger } from './acknowledger.ts';
import type { AgentStream } from './agent-stream.ts';
import type { ControlPeer } from './control-handler.ts';
import { checkVersion, createWelcome, outOfPlace } from './greeting.ts';
import type { SessionDeps } from './session-deps.ts';
import { countUp } from './statistics.ts';
import { storeTrouble } from './store-trouble.ts';

type Stream = AgentStream<StreamControlRequest, StreamControlResponseInput>;

const credit = 16;
/** Directives that may wait for an agent that does not read. */
const maxQueuedDirectives = 256;

export class ControlSession {
  readonly #deps: SessionDeps;
  readonly #stream: Stream;
  readonly #acknowledger: Acknowledger;
  #sender: Sender | null = null;
  #peer: ControlPeer | null = null;
  #replaced = false;
  #queued = 0;

  constructor(deps: SessionDeps, stream: Stream) {
    this.#deps = deps;
    this.#stream = stream;
    this.#acknowledger = new Acknowledger((position) =>
      this.#write({ kind: 'ack', ack: { position, credit } }),
    );
  }

  async message(wire: StreamControlRequest): Promise<void> {
    const request = decodeControlRequest(wire);
    const sender = this.#sender;
    if (sender === null) return this.#greet(request);
    this.#deps.presence.seen(sender.node);
    if (request.kind !== 'report') throw outOfPlace('a second hello');
    return this.#take(sender, request.position, request.decodePayload);
  }

  /** The handler hears of the newer stream instead. */
  replaced(): void {
    this.#replaced = true;
  }

  drained(): void {
    this.#queued = 0;
  }

  ended(): void {
    this.#acknowledger.stop();
    if (this.#peer !== null && !this.#replaced) this.#deps.handler.disconnected(this.#peer);
  }

  async #greet(request: ControlRequest): Promise<void> {
    if (request.kind !== 'hello') throw outOfPlace('a message before the hello');
    const { hello } = request;
    const { store, clock, version, handler } = this.#deps;
    const sender = checkVersion(hello);
    const stored = await storeTrouble(this.#deps.storing, () => store.positions(sender));
    // Ended meanwhile: who is gone must not take the place of one who is there.
    if (this.#stream.isOver) return;
    this.#sender = sender;
    this.#stream.greeted();
    this.#deps.greeted(sender.node, this.#stream);
    const facts = { hello, collectorVersion: version, nowMs: clock.now(), stored, credit };
    this.#write({ kind: 'welcome', welcome: createWelcome(facts) });
    this.#peer = { node: sender.node, send: (directive) => this.#send(directive) };
    handler.connected(this.#peer);
  }

  #send(directive: Directive): boolean {
    if (this.#stream.isOver || this.#queued >= maxQueuedDirectives) return false;
    if (!this.#write({ kind: 'directive', directive })) this.#queued += 1;
    return !this.#stream.isOver;
  }

  async #take(sender: Sender, position: Position, decodePayload: () => Payload): Promise<void> {
    const { statistics, handler, storing } = this.#deps;
    try {
      const batch = { sequence: position.sequence, payload: decodePayload() };
      await storeTrouble(storing, () => handler.report(sender, batch));
      countUp(statistics.batches, position.dataClass);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      // Taken for received: asking again for what cannot be read would change nothing.
      countUp(statistics.refused, error.code);
      this.#deps.log.warn({ node: sender.node, code: error.code, reason: error.message }, 'report refused');
    }
    this.#acknowledger.stored(position.dataClass, position.sequence);
  }

  #write(response: ControlResponse): boolean {
    return this.#stream.write(encodeControlResponse(response));
  }
}
