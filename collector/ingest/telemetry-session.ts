// One agent's telemetry stream. In: batches, hostile. Out: stored batches, receipts, refusals, a word on the live bus.
//
// Invariants: a receipt is sent only after the store has synced; the trouble of one agent ends at most its own stream.
import type { StreamTelemetryRequest } from '../../proto/gen/jidi/v1/StreamTelemetryRequest.ts';
import type { StreamTelemetryResponseInput } from '../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import type { Batch, Payload } from '../../shared/model/batch.ts';
import type { Position, Sender, StoredPosition } from '../../shared/model/delivery.ts';
import type { Hello } from '../../shared/wire/hello.ts';
import {
  encodeTelemetryResponse,
  TelemetryDecoder,
  type TelemetryRequest,
  type TelemetryResponse,
} from '../../shared/wire/telemetry-stream.ts';
import { WireError } from '../../shared/wire/wire-error.ts';
import { Acknowledger } from './acknowledger.ts';
import { Admission } from './admission.ts';
import type { AgentStream } from './agent-stream.ts';
import { checkVersion, createWelcome, outOfPlace } from './greeting.ts';
import type { SessionDeps } from './session-deps.ts';
import { countUp } from './statistics.ts';
import { storeTrouble } from './store-trouble.ts';
import { StreamRefusal } from './stream-refusal.ts';

type Stream = AgentStream<StreamTelemetryRequest, StreamTelemetryResponseInput>;

const credit = 64;

export class TelemetrySession {
  readonly #deps: SessionDeps;
  readonly #stream: Stream;
  readonly #decoder = new TelemetryDecoder();
  readonly #admission = new Admission();
  readonly #acknowledger: Acknowledger;
  #sender: Sender | null = null;
  /** Appends that are not on disk yet. */
  #underWay = 0;

  constructor(deps: SessionDeps, stream: Stream) {
    this.#deps = deps;
    this.#stream = stream;
    this.#acknowledger = new Acknowledger((position) =>
      this.#write({ kind: 'ack', ack: { position, credit } }),
    );
  }

  async message(wire: StreamTelemetryRequest): Promise<void> {
    const request = this.#decoder.request(wire);
    const sender = this.#sender;
    if (sender === null) return this.#greet(request);
    this.#deps.presence.seen(sender.node);
    if (request.kind === 'batch') return this.#take(sender, request.position, request.decodePayload);
    if (request.kind !== 'heartbeat') throw outOfPlace('a second hello');
    const { sentTimeMs } = request.heartbeat;
    this.#write({ kind: 'heartbeat-echo', echo: { sentTimeMs, collectorTimeMs: this.#deps.clock.now() } });
  }

  ended(): void {
    this.#acknowledger.stop();
    if (this.#sender !== null) this.#deps.bus.publish({ kind: 'node', node: this.#sender.node });
  }

  async #greet(request: TelemetryRequest): Promise<void> {
    if (request.kind !== 'hello') throw outOfPlace('a message before the hello');
    const { hello } = request;
    const sender = checkVersion(hello);
    const stored = await this.#register(hello, sender);
    // Ended meanwhile: who is gone must not take the place of one who is there.
    if (this.#stream.isOver) return;
    const { clock, bus, version } = this.#deps;
    this.#sender = sender;
    this.#stream.greeted();
    this.#deps.greeted(sender.node, this.#stream);
    const facts = { hello, collectorVersion: version, nowMs: clock.now(), stored, credit };
    this.#write({ kind: 'welcome', welcome: createWelcome(facts) });
    bus.publish({ kind: 'node', node: sender.node });
  }

  #register(hello: Hello, sender: Sender): Promise<readonly StoredPosition[]> {
    const { store, clock, storing } = this.#deps;
    return storeTrouble(storing, async () => {
      await store.putNode(hello.identity, clock.now());
      return store.positions(sender);
    });
  }

  async #take(sender: Sender, position: Position, decodePayload: () => Payload): Promise<void> {
    const batch = { sequence: position.sequence, payload: this.#decode(position, decodePayload) };
    const refused = this.#admission.check(position.dataClass, batch, this.#deps.clock.now());
    if (refused !== null) return this.#refuse(position, refused.code, refused.message);
    // Not awaited one by one: appends that arrive together share a commit. Who sends beyond the credit waits.
    const appended = this.#append(sender, position, batch);
    if (this.#underWay >= credit) await appended;
  }

  #decode(position: Position, decodePayload: () => Payload): Payload {
    try {
      return decodePayload();
    } catch (error) {
      if (error instanceof WireError) this.#refuse(position, error.code, error.message);
      // The dictionary is not to be trusted any more: only a new stream makes sense of what follows.
      throw error;
    }
  }

  #refuse(position: Position, code: string, message: string): void {
    const { statistics, log } = this.#deps;
    countUp(statistics.refused, code);
    log.debug({ node: this.#sender?.node, code, ...position, reason: message }, 'batch refused');
    this.#write({ kind: 'refusal', refusal: { position, code, message } });
  }

  async #append(sender: Sender, position: Position, batch: Batch): Promise<void> {
    const { statistics, store, storing } = this.#deps;
    this.#underWay += 1;
    try {
      const outcome = await storeTrouble(storing, () => store.append(sender, batch));
      countUp(statistics.batches, position.dataClass);
      this.#acknowledger.stored(position.dataClass, position.sequence);
      if (outcome === 'duplicate') statistics.duplicates += 1;
      else this.#tell(sender.node, batch.payload);
      storing(null);
    } catch (error) {
      if (error instanceof StreamRefusal) this.#stream.end(error);
      else this.#giveUp(position, error);
    }
    this.#underWay -= 1;
  }

  /** A bug met this batch. It would meet it again, so the batch must not come for ever. */
  #giveUp(position: Position, error: unknown): void {
    this.#deps.log.error({ err: error, node: this.#sender?.node, ...position }, 'batch cannot be stored');
    this.#refuse(position, 'malformed', 'the collector cannot store this batch; its log says why');
  }

  #tell(node: string, payload: Payload): void {
    if (payload.kind !== 'metrics') return;
    for (const tick of payload.ticks) this.#deps.statistics.samples += tick.values.length;
    const newest = payload.ticks.at(-1);
    if (newest !== undefined) this.#deps.bus.publish({ kind: 'tick', node, timeMs: newest.timeMs });
  }

  #write(response: TelemetryResponse): void {
    this.#stream.write(encodeTelemetryResponse(response));
  }
}
