// One connection of a stream, from Hello to its end. In: batches of the spool. Out: acknowledgements to the spool,
// directives to the listener, one word when it is over.
//
// States: greeting – Hello is sent, Welcome is awaited; streaming – batches go out as far as credit and drain allow;
// over – nothing more happens. It never goes back.
//
// Invariants: what is new goes before the backlog, which goes at a bounded pace where there may be much of it; nothing is
// taken from the spool but by acknowledgement or refusal; a batch that cannot be encoded is given up here, and as the
// dictionaries may have learned from it, the connection ends.
import { protocolVersion } from '../../proto/protocol-version.ts';
import type { Clock } from '../../shared/clock.ts';
import type { SentBatch } from '../../shared/model/batch.ts';
import type { DataClass, StoredPosition } from '../../shared/model/delivery.ts';
import type { Directive } from '../../shared/model/directive.ts';
import type { NodeIdentity } from '../../shared/model/node.ts';
import type { Ack, Refusal } from '../../shared/wire/delivery.ts';
import type { HeartbeatEcho } from '../../shared/wire/telemetry-stream.ts';
import { malformed, WireError } from '../../shared/wire/wire-error.ts';
import type { Spool } from '../spool/spool.ts';
import { BacklogPace, type PaceLimits } from './backlog-pace.ts';
import { DirectivePace } from './directive-pace.ts';
import { Heartbeats } from './heartbeats.ts';
import { SendPlan } from './send-plan.ts';
import type { CollectorMessage, StreamDialect } from './stream-dialect.ts';
import { UnderWay } from './under-way.ts';

export interface ConnectionOptions {
  readonly classes: readonly DataClass[];
  readonly identity: NodeIdentity;
  readonly spool: Spool;
  readonly clock: Clock;
  /** CLOCK_BOOTTIME, ms. */
  readonly bootTimeMs: () => number;
  readonly pace: PaceLimits;
  readonly heartbeatMs: number;
  readonly events: ConnectionEvents;
}

export interface ConnectionEvents {
  welcomed(): void;
  sent(batches: number): void;
  refused(refusal: Refusal): void;
  echoed(echo: HeartbeatEcho): void;
  directive(directive: Directive): void;
  over(error: Error | null): void;
}

const welcomeDeadlineMs = 10_000;
/** A collector that stores nothing any more ends the stream; one that does not even do that is left. */
const receiptDeadlineMs = 120_000;
/** Above every number that a buffer gives; from there on they would no longer be exact. */
const mostSequence = 2 ** 46;
const portion = 16;
/** A tick every second for a day is many, and the newest are wanted first; of the others there is little. */
const backwards: ReadonlySet<DataClass> = new Set(['metric', 'process']);

export class Connection<Request extends Uint8Array, Response> {
  readonly #dialect: StreamDialect<Request, Response>;
  readonly #options: ConnectionOptions;
  readonly #underWay = new UnderWay();
  readonly #pace: BacklogPace;
  /** By class, most urgent first; empty before the welcome. */
  #plans: ReadonlyMap<DataClass, SendPlan> = new Map();
  readonly #stopListening: () => void;
  #state: 'greeting' | 'streaming' | 'over' = 'greeting';
  #blocked = false;
  readonly #heartbeats: Heartbeats;
  readonly #directivePace: DirectivePace;
  readonly #cancelDeadline: () => void;
  #cancelPause: (() => void) | null = null;

  constructor(dialect: StreamDialect<Request, Response>, options: ConnectionOptions) {
    this.#dialect = dialect;
    this.#options = options;
    const { identity, spool, clock, bootTimeMs, classes } = options;
    this.#pace = new BacklogPace(clock, options.pace);
    const everyMs = options.heartbeatMs;
    this.#heartbeats = new Heartbeats({ clock, everyMs, send: () => this.#sendHeartbeat() });
    const { call } = dialect;
    this.#directivePace = new DirectivePace(clock, call);
    call.on('data', (response: Response) => this.#receive(response));
    call.on('drain', () => {
      this.#blocked = false;
      this.#pump();
    });
    call.on('error', (error: Error) => this.#end(error));
    call.on('end', () => this.#end(null));
    this.#stopListening = spool.onPut((dataClass) => {
      if (classes.includes(dataClass)) this.#pump();
    });
    const times = { sentTimeMs: clock.now(), bootTimeMs: bootTimeMs() };
    const held = classes.map((dataClass) => spool.held(dataClass));
    const hello = { protocolVersion, identity, spoolId: spool.id, ...times, held };
    call.write(dialect.hello(hello));
    this.#cancelDeadline = clock.after(welcomeDeadlineMs, () =>
      this.#end(new Error('no welcome within ten seconds')),
    );
  }

  /** True when everything the spool holds for this stream is acknowledged. */
  get isDrained(): boolean {
    const { classes, spool } = this.#options;
    return classes.every((name) => spool.pending(name).length === 0);
  }

  /** Asks for receipts that wait. */
  ask(): void {
    if (this.#state === 'streaming') this.#heartbeats.beat();
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

  /** Throws WireError for what cannot be true: the collector then is none, or has gone wrong. */
  #take(message: CollectorMessage): void {
    const { events } = this.#options;
    const isGreeting = this.#state === 'greeting';
    if (message.kind === 'welcome' && !isGreeting) throw malformed('welcome', 'said already');
    // The welcome tells it again.
    if (message.kind !== 'welcome' && isGreeting) return;
    switch (message.kind) {
      case 'welcome':
        this.#welcome(message.welcome.stored, message.welcome.credit);
        return;
      case 'ack':
        this.#acknowledged([message.ack]);
        return;
      case 'refusal':
        this.#refuse(message.refusal);
        this.#pump();
        return;
      case 'heartbeat-echo':
        events.echoed(message.echo);
        this.#acknowledged(message.echo.receipts);
        return;
      case 'directive':
        this.#directivePace.took();
        events.directive(message.directive);
    }
  }

  #acknowledged(receipts: readonly Ack[]): void {
    const { spool, clock } = this.#options;
    for (const { position, credit } of receipts) {
      checkPosition(position, spool.held(position.dataClass).next);
      this.#underWay.credit = credit;
      const sentMs = this.#underWay.acknowledged(position);
      if (sentMs !== undefined) this.#pace.acknowledged(clock.monotonic() - sentMs);
      spool.acknowledge(position);
    }
    this.#pump();
  }

  #welcome(stored: readonly StoredPosition[], credit: number): void {
    const { classes, spool } = this.#options;
    const positions = classes.map(
      (dataClass) =>
        stored.find((position) => position.dataClass === dataClass) ?? { dataClass, sequence: 0, beyond: [] },
    );
    for (const position of positions) checkPosition(position, mostSequence);
    for (const position of positions) spool.greet(position);
    this.#plans = new Map(
      positions.map((position) => {
        const { dataClass } = position;
        return [dataClass, new SendPlan(spool, position, { isOrdered: !backwards.has(dataClass) })];
      }),
    );
    this.#underWay.credit = credit;
    this.#state = 'streaming';
    this.#cancelDeadline();
    this.#options.events.welcomed();
    this.#heartbeats.beat();
    this.#pump();
  }

  #sendHeartbeat(): boolean {
    const { clock, bootTimeMs } = this.#options;
    const heartbeat = this.#dialect.heartbeat(clock.now(), bootTimeMs());
    if (heartbeat !== null && !this.#blocked) this.#write(heartbeat);
    return heartbeat !== null;
  }

  #pump(): void {
    const { clock } = this.#options;
    if (clock.monotonic() - this.#underWay.sinceMs > receiptDeadlineMs)
      return this.#end(new Error('no receipt within two minutes'));
    while (this.#sendNew() > 0);
    while (this.#sendOld() > 0);
  }

  #sendNew(): number {
    let count = 0;
    for (const [dataClass, plan] of this.#plans) {
      const batches = plan.takeNew(this.#roomOf(this.#underWay.room));
      count += this.#sendAll(dataClass, batches, backwards.has(dataClass));
    }
    return count;
  }

  #sendOld(): number {
    let count = 0;
    let isWaiting = false;
    for (const [dataClass, plan] of this.#plans) {
      if (!plan.hasBacklog) continue;
      const room = this.#roomOf(this.#underWay.backlogRoom);
      const allowed = Math.min(room, this.#pace.allowed);
      isWaiting ||= room > allowed;
      const sent = this.#sendAll(dataClass, plan.takeOld(allowed), false);
      this.#pace.sent(sent);
      count += sent;
    }
    if (count === 0 && isWaiting) this.#pauseBacklog();
    return count;
  }

  #roomOf(room: number): number {
    return this.#state === 'streaming' && !this.#blocked ? Math.min(portion, room) : 0;
  }

  #pauseBacklog(): void {
    this.#cancelPause ??= this.#options.clock.after(this.#pace.pauseMs, () => {
      this.#cancelPause = null;
      this.#pump();
    });
  }

  /** How many were sent. When one cannot be, the connection is over. */
  #sendAll(dataClass: DataClass, batches: readonly SentBatch[], mayWait: boolean): number {
    for (const batch of batches) {
      if (!this.#send(dataClass, batch, mayWait && this.#underWay.mayWait)) return 0;
    }
    if (batches.length === 0) return 0;
    this.#options.events.sent(batches.length);
    this.#heartbeats.join();
    return batches.length;
  }

  #send(dataClass: DataClass, batch: SentBatch, mayWait: boolean): boolean {
    const { sequence } = batch;
    try {
      const request = this.#dialect.batch(batch, mayWait);
      const sentMs = this.#options.clock.monotonic();
      this.#underWay.add({ dataClass, sequence, bytes: request.length, sentMs, mayWait });
      this.#write(request);
      return true;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      const { code, message } = error;
      this.#options.spool.giveUp(dataClass, sequence);
      this.#options.events.refused({ position: { dataClass, sequence }, code, message });
      this.#end(error);
      return false;
    }
  }

  #refuse(refusal: Refusal): void {
    const { dataClass, sequence } = refusal.position;
    if (!this.#underWay.refused(dataClass, sequence)) return;
    this.#options.spool.discard(dataClass, sequence);
    this.#options.events.refused(refusal);
  }

  /** The call keeps what it cannot send at once; the next portion then waits for its drain. */
  #write(request: Request): void {
    if (!this.#dialect.call.write(request)) this.#blocked = true;
  }

  #end(error: Error | null): void {
    if (this.#state === 'over') return;
    const isUnwelcome = this.#state === 'greeting' && error !== null;
    this.#state = 'over';
    this.#cancelDeadline();
    this.#heartbeats.stop();
    this.#directivePace.stop();
    this.#cancelPause?.();
    this.#stopListening();
    const { call } = this.#dialect;
    if (error === null) call.end();
    else call.cancel();
    this.#options.events.over(error);
    if (isUnwelcome) this.#dialect.unwelcome();
  }
}

/** Nobody has what was never numbered: believing it would cost all that is held, and all numbers to come. */
function checkPosition({ sequence, beyond }: StoredPosition, next: number): void {
  const highest = beyond.at(-1)?.to ?? sequence;
  if (highest >= next) throw malformed('position', `${highest} was never sent`);
}
