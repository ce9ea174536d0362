// One stream of a simulated agent, kept open: the rules of the real uplink without its diagnoses. In: batches of the buffer.
// Out: batches at the collector, what it said, when.
//
// States: idle – not started or stopped; greeting – Hello is sent; streaming – batches flow; waiting – the next attempt comes
// after a jittered pause.
//
// Invariants: what is new goes first, what was left from before follows at a bounded rate, the oldest first; at most `credit`
// batches are under way; the buffer forgets a batch only when it is acknowledged or refused.
import { performance } from 'node:perf_hooks';
import type { StreamDialect, StreamKind } from '../../../agent/uplink/stream-dialect.ts';
import { protocolVersion } from '../../../proto/protocol-version.ts';
import { Backoff, type BackoffOptions } from '../../../shared/backoff.ts';
import type { StoredPosition } from '../../../shared/model/delivery.ts';
import type { Directive } from '../../../shared/model/directive.ts';
import type { NodeIdentity } from '../../../shared/model/node.ts';
import type { Ack } from '../../../shared/wire/delivery.ts';
import type { FleetStatistics } from './fleet-statistics.ts';
import type { KeptBatch, LightSpool } from './light-spool.ts';
import { UnderWay } from './under-way.ts';

export interface FleetStreamOptions {
  readonly identity: () => NodeIdentity;
  readonly spool: () => LightSpool;
  readonly bootedMs: () => number;
  readonly statistics: FleetStatistics;
  readonly pauses: BackoffOptions;
  /** It reads what the collector says only now and then. */
  readonly isSlow: boolean;
  readonly onDirective?: (directive: Directive) => void;
}

const welcomeDeadlineMs = 10_000;
const slowPauseMs = 3_000;
/** The receipts of what is new wait while less than this share of the credit is under way, as at a real agent … */
const patientShare = 0.75;
/** … but for every sixth batch of a class: by these it is seen how long the collector takes. */
const askedEvery = 6;
/** So many of the newest batches of a class count as new when the stream begins. */
const newest = 1;

export class FleetStream<Response> {
  readonly #kind: StreamKind<Buffer, Response>;
  readonly #options: FleetStreamOptions;
  readonly #backoff: Backoff;
  #state: 'idle' | 'greeting' | 'streaming' | 'waiting' = 'idle';
  #dialect: StreamDialect<Buffer, Response> | null = null;
  #live: KeptBatch[] = [];
  #backlog: KeptBatch[] = [];
  readonly #underWay = new UnderWay();
  #credit = 0;
  #allowance = 0;
  #blocked = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(kind: StreamKind<Buffer, Response>, options: FleetStreamOptions) {
    this.#kind = kind;
    this.#options = options;
    this.#backoff = new Backoff(options.pauses);
  }

  get isStreaming(): boolean {
    return this.#state === 'streaming';
  }

  /** Batches from before this stream that still wait. */
  get backlog(): number {
    return this.#backlog.length;
  }

  start(): void {
    if (this.#state === 'idle') this.#connect();
  }

  /** For good. */
  stop(): void {
    const wasOpen = this.#dialect;
    this.#leave('idle');
    wasOpen?.call.end();
  }

  /** The line breaks; another attempt follows after a jittered pause. */
  cut(): void {
    if (this.#state === 'greeting' || this.#state === 'streaming') this.#lose();
  }

  /** The node is off: nothing happens until `start`. */
  rest(): void {
    const wasOpen = this.#dialect;
    this.#leave('idle');
    wasOpen?.call.cancel();
  }

  /** A batch that the buffer has just taken. */
  put(batch: KeptBatch): void {
    if (this.#state !== 'streaming') return;
    this.#live.push(batch);
    this.#pump();
  }

  /** So many batches of the backlog may follow. */
  allow(batches: number): void {
    if (this.#backlog.length === 0) return;
    this.#allowance += batches;
    this.#pump();
  }

  beat(nowMs: number): void {
    if (this.#state !== 'streaming' || this.#blocked || this.#dialect === null) return;
    const heartbeat = this.#dialect.heartbeat(nowMs, nowMs - this.#options.bootedMs());
    if (heartbeat !== null) this.#write(heartbeat);
  }

  #connect(): void {
    const { identity, spool, bootedMs } = this.#options;
    const dialect = this.#kind.open();
    const { call } = dialect;
    this.#dialect = dialect;
    this.#state = 'greeting';
    const ifCurrent = (run: () => void): void => {
      if (this.#dialect === dialect) run();
    };
    call.on('data', (response: Response) => ifCurrent(() => this.#receive(dialect, response)));
    call.on('drain', () => ifCurrent(() => this.#unblock()));
    call.on('error', () => ifCurrent(() => this.#lose()));
    call.on('end', () => ifCurrent(() => this.#lose()));
    const sentTimeMs = Date.now();
    const bootTimeMs = sentTimeMs - bootedMs();
    const held = spool().held(this.#kind.classes);
    const hello = {
      protocolVersion,
      identity: identity(),
      spoolId: spool().id,
      sentTimeMs,
      bootTimeMs,
      held,
    };
    call.write(dialect.hello(hello));
    this.#timer = setTimeout(() => ifCurrent(() => this.#lose()), welcomeDeadlineMs);
  }

  #receive(dialect: StreamDialect<Buffer, Response>, response: Response): void {
    const message = dialect.decode(response);
    switch (message.kind) {
      case 'welcome':
        this.#welcome(message.welcome.stored, message.welcome.credit);
        return;
      case 'ack':
        this.#acknowledged(dialect, [message.ack]);
        return;
      case 'refusal': {
        const { position, code } = message.refusal;
        const { dataClass, sequence } = position;
        this.#underWay.remove(dataClass, sequence);
        this.#options.spool().refuse(dataClass, sequence);
        this.#options.statistics.countRefusal(code);
        this.#pump();
        return;
      }
      case 'heartbeat-echo':
        this.#acknowledged(dialect, message.echo.receipts);
        return;
      case 'directive':
        this.#options.onDirective?.(message.directive);
    }
  }

  #welcome(stored: readonly StoredPosition[], credit: number): void {
    const { statistics } = this.#options;
    const spool = this.#options.spool();
    clearTimeout(this.#timer);
    for (const position of stored) spool.acknowledge(position);
    this.#credit = credit;
    this.#state = 'streaming';
    statistics.connects += 1;
    for (const dataClass of this.#kind.classes) {
      const kept = [...spool.batches(dataClass)];
      // Reports, events: all of them are urgent.
      const isBulk = dataClass === 'metric' || dataClass === 'process';
      const old = isBulk ? kept.slice(0, -newest) : [];
      this.#backlog.push(...old);
      this.#live.push(...kept.slice(old.length));
    }
    this.#backlog.sort((a, b) => a.timeMs - b.timeMs);
    this.#pump();
  }

  #acknowledged(dialect: StreamDialect<Buffer, Response>, receipts: readonly Ack[]): void {
    if (receipts.length === 0) return;
    for (const { position, credit } of receipts) {
      this.#credit = credit;
      this.#acknowledge(position);
    }
    this.#backoff.reset();
    this.#dawdle(dialect);
    this.#pump();
  }

  #acknowledge(position: StoredPosition): void {
    const { statistics } = this.#options;
    const nowMs = performance.now();
    const wallMs = Date.now();
    this.#options.spool().acknowledge(position);
    for (const batch of this.#underWay.settle(position)) {
      // How late a slow one reads is its own affair.
      if (this.#options.isSlow || batch.mayWait) continue;
      statistics.acknowledgements.add(nowMs - batch.sentMs);
      if (batch.isLive && batch.dataClass === 'metric') statistics.liveAges.add(wallMs - batch.timeMs);
    }
  }

  /** A slow one does not read for a while. */
  #dawdle(dialect: StreamDialect<Buffer, Response>): void {
    if (!this.#options.isSlow) return;
    dialect.call.pause();
    setTimeout(() => dialect.call.resume(), slowPauseMs).unref();
  }

  #pump(): void {
    while (this.#state === 'streaming' && !this.#blocked && this.#underWay.count < this.#credit) {
      const live = this.#live.shift();
      if (live !== undefined) this.#send(live, true);
      else if (this.#allowance >= 1 && this.#backlog.length > 0) this.#sendOld();
      else return;
    }
  }

  #sendOld(): void {
    this.#allowance -= 1;
    const batch = this.#backlog.shift();
    if (batch !== undefined) this.#send(batch, false);
    if (this.#backlog.length === 0) this.#allowance = 0;
  }

  #send(batch: KeptBatch, isLive: boolean): void {
    const { dataClass, sequence } = batch;
    // Dropped meanwhile, and declared.
    if (this.#dialect === null || !this.#options.spool().has(dataClass, sequence)) return;
    batch.sentMs = performance.now();
    batch.isLive = isLive;
    batch.mayWait = isLive && this.#mayWait(batch);
    this.#underWay.add(batch);
    this.#options.statistics.sent += 1;
    this.#write(this.#dialect.batch(batch, batch.mayWait));
  }

  #mayWait({ dataClass, sequence }: KeptBatch): boolean {
    if (dataClass !== 'metric' && dataClass !== 'process') return false;
    return sequence % askedEvery !== 0 && this.#underWay.count < this.#credit * patientShare;
  }

  #write(request: Buffer): void {
    if (this.#dialect?.call.write(request) === false) this.#blocked = true;
  }

  #unblock(): void {
    this.#blocked = false;
    this.#pump();
  }

  #lose(): void {
    const { call } = this.#dialect ?? {};
    this.#leave('waiting');
    call?.cancel();
    this.#options.statistics.losses += 1;
    this.#timer = setTimeout(() => this.#connect(), this.#backoff.next());
  }

  #leave(state: 'idle' | 'waiting'): void {
    clearTimeout(this.#timer);
    // An ended call may still complain.
    this.#dialect?.call.on('error', () => undefined);
    this.#dialect = null;
    this.#state = state;
    this.#live = [];
    this.#backlog = [];
    this.#underWay.clear();
    this.#allowance = 0;
    this.#blocked = false;
  }
}
