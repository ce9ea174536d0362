// One connection of a stream, from Hello to its end. In: batches of the spool. Out: acknowledgements to the spool,
// directives to the listener, one word when it is over.
//
// States: greeting – Hello is sent, Welcome is awaited; streaming – batches go out as far as credit and drain allow;
// over – nothing more happens. It never goes back.
//
// Invariants: a class is sent in the order of its sequence numbers; at most `credit` batches are under way; nothing is
// taken from the spool but by acknowledgement or refusal; a batch that cannot be encoded is refused here, and as the
// dictionaries may have learned from it, the connection ends.
import { protocolVersion } from '../../proto/protocol-version.ts';
import type { Clock } from '../../shared/clock.ts';
import type { SentBatch } from '../../shared/model/batch.ts';
import type { DataClass, Position } from '../../shared/model/delivery.ts';
import type { Directive } from '../../shared/model/directive.ts';
import type { NodeIdentity } from '../../shared/model/node.ts';
import type { Refusal } from '../../shared/wire/delivery.ts';
import type { HeartbeatEcho } from '../../shared/wire/telemetry-stream.ts';
import { WireError } from '../../shared/wire/wire-error.ts';
import type { Spool } from '../spool/spool.ts';
import type { CollectorMessage, StreamDialect } from './stream-dialect.ts';

export interface ConnectionOptions {
  readonly classes: readonly DataClass[];
  readonly identity: NodeIdentity;
  readonly spool: Spool;
  readonly clock: Clock;
  /** CLOCK_BOOTTIME, ms. */
  readonly bootTimeMs: () => number;
  readonly events: ConnectionEvents;
}

export interface ConnectionEvents {
  welcomed(): void;
  sent(batches: number): void;
  acknowledged(): void;
  refused(refusal: Refusal): void;
  echoed(echo: HeartbeatEcho): void;
  directive(directive: Directive): void;
  over(error: Error | null): void;
}

const welcomeDeadlineMs = 10_000;
const heartbeatEveryMs = 10_000;
const portion = 16;

export class Connection<Request, Response> {
  readonly #dialect: StreamDialect<Request, Response>;
  readonly #options: ConnectionOptions;
  /** Highest sequence number sent or known to be stored, by class. */
  readonly #reached = new Map<DataClass, number>();
  /** Sent, and neither acknowledged nor refused. */
  #underWay: readonly Position[] = [];
  readonly #stopListening: () => void;
  #state: 'greeting' | 'streaming' | 'over' = 'greeting';
  #credit = 0;
  #blocked = false;
  #cancelTimer: () => void;

  constructor(dialect: StreamDialect<Request, Response>, options: ConnectionOptions) {
    this.#dialect = dialect;
    this.#options = options;
    const { call } = dialect;
    call.on('data', (response: Response) => this.#receive(response));
    call.on('drain', () => {
      this.#blocked = false;
      this.#pump();
    });
    call.on('error', (error: Error) => this.#end(error));
    call.on('end', () => this.#end(null));
    this.#stopListening = options.spool.onPut(() => this.#pump());
    const { identity, spool, clock, bootTimeMs } = options;
    const times = { sentTimeMs: clock.now(), bootTimeMs: bootTimeMs() };
    const hello = { protocolVersion, identity, spoolId: spool.id, ...times, held: [] };
    call.write(dialect.hello(hello));
    this.#cancelTimer = clock.after(welcomeDeadlineMs, () =>
      this.#end(new Error('no welcome within ten seconds')),
    );
  }

  /** True when everything the spool holds for this stream is acknowledged. */
  get isDrained(): boolean {
    const { classes, spool } = this.#options;
    return classes.every((name) => spool.after(name, 0, 1).length === 0);
  }

  close(): void {
    this.#end(null);
  }

  #receive(response: Response): void {
    if (this.#state === 'over') return;
    try {
      this.#take(this.#dialect.decode(response));
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #take(message: CollectorMessage): void {
    const { events, spool } = this.#options;
    switch (message.kind) {
      case 'welcome':
        this.#welcome(message.welcome.stored, message.welcome.credit);
        return;
      case 'ack': {
        const { position, credit } = message.ack;
        this.#credit = credit;
        this.#settle(
          ({ dataClass, sequence }) => dataClass === position.dataClass && sequence <= position.sequence,
        );
        spool.acknowledge(position);
        events.acknowledged();
        this.#pump();
        return;
      }
      case 'refusal':
        this.#refuse(message.refusal);
        this.#pump();
        return;
      case 'heartbeat-echo':
        events.echoed(message.echo);
        return;
      case 'directive':
        events.directive(message.directive);
    }
  }

  #welcome(stored: readonly { dataClass: DataClass; sequence: number }[], credit: number): void {
    for (const position of stored) {
      this.#reached.set(position.dataClass, position.sequence);
      this.#options.spool.acknowledge(position);
    }
    this.#credit = credit;
    this.#state = 'streaming';
    this.#cancelTimer();
    this.#options.events.welcomed();
    this.#beat();
    this.#pump();
  }

  #beat(): void {
    const { clock, bootTimeMs } = this.#options;
    const heartbeat = this.#dialect.heartbeat(clock.now(), bootTimeMs());
    if (heartbeat === null) return;
    if (!this.#blocked) this.#write(heartbeat);
    this.#cancelTimer = clock.after(heartbeatEveryMs, () => this.#beat());
  }

  #pump(): void {
    for (const dataClass of this.#options.classes) {
      while (this.#state === 'streaming' && !this.#blocked && this.#sendSome(dataClass) > 0);
    }
  }

  #sendSome(dataClass: DataClass): number {
    const room = Math.min(portion, this.#credit - this.#underWay.length);
    if (room <= 0) return 0;
    const batches = this.#options.spool.after(dataClass, this.#reached.get(dataClass) ?? 0, room);
    const positions = batches.map(({ sequence }) => ({ dataClass, sequence }));
    this.#underWay = [...this.#underWay, ...positions];
    for (const batch of batches) if (!this.#send(dataClass, batch)) return 0;
    if (batches.length > 0) this.#options.events.sent(batches.length);
    return batches.length;
  }

  /** False when the batch cannot be sent, and with that the connection is over. */
  #send(dataClass: DataClass, batch: SentBatch): boolean {
    this.#reached.set(dataClass, batch.sequence);
    try {
      this.#write(this.#dialect.batch(batch));
      return true;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      const { code, message } = error;
      this.#refuse({ position: { dataClass, sequence: batch.sequence }, code, message });
      this.#end(error);
      return false;
    }
  }

  #refuse(refusal: Refusal): void {
    const { dataClass, sequence } = refusal.position;
    this.#settle((position) => position.dataClass === dataClass && position.sequence === sequence);
    this.#options.spool.discard(dataClass, sequence);
    this.#options.events.refused(refusal);
  }

  #settle(isSettled: (position: Position) => boolean): void {
    this.#underWay = this.#underWay.filter((position) => !isSettled(position));
  }

  /** The call keeps what it cannot send at once; the next portion then waits for its drain. */
  #write(request: Request): void {
    if (!this.#dialect.call.write(request)) this.#blocked = true;
  }

  #end(error: Error | null): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#cancelTimer();
    this.#stopListening();
    const { call } = this.#dialect;
    if (error === null) call.end();
    else call.cancel();
    this.#options.events.over(error);
  }
}
