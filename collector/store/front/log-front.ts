// In: batches of what nodes measure, and declared losses. Out: both in the log and in the head, acknowledged once they
// are on disk; closed segments go to the writer. All of it on the main thread, without SQLite.
// It refuses (StoreError): what the log refuses, and more than may wait for being flushed (`busy`).
//
// Invariants: a number is there once its record is synced, never before; what cannot be written is forgotten as if it
// had never come; a segment leaves the head after it is flushed.
import { mkdirSync } from 'node:fs';
import type { Clock } from '../../../shared/clock.ts';
import type { Logger } from '../../../shared/log.ts';
import { type Batch, classOf } from '../../../shared/model/batch.ts';
import type { Gap, Sender, SequenceRange, StoredPosition } from '../../../shared/model/delivery.ts';
import { Head } from '../head/head.ts';
import type { LogEntry, LogPayload, Mark } from '../log/log-entry.ts';
import { listSegments } from '../log/log-folder.ts';
import { LogWriter } from '../log/log-writer.ts';
import { lossLeft } from '../log/loss.ts';
import { SeriesLists } from '../log/series-lists.ts';
import { type AppendOutcome, type Loss, StoreError } from '../store.ts';
import { type LogFrontLimits, usualLimits } from './log-front-limits.ts';
import { PendingAppend, type StoredPlaces } from './pending-append.ts';
import { replayLog } from './replay.ts';
import { SegmentFlushing } from './segment-flushing.ts';
import { SenderRegister, type SenderState } from './sender-register.ts';
import type { WriterDoor } from './writer-door.ts';

export interface LogFrontOptions {
  /** Of the log. */
  readonly folder: string;
  readonly writer: Pick<WriterDoor, 'flush' | 'lastFlushed' | 'positions'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: Partial<LogFrontLimits>;
}

export interface LogFrontStatistics {
  readonly syncs: number;
  /** Ticks and snapshots of a time that was in the head. */
  readonly duplicateTicks: number;
  readonly refusedSeries: number;
  readonly joinedGaps: number;
  /** Stretches of the log that were damaged at the start. */
  readonly damagedStretches: number;
  /** Values in the head. */
  readonly samples: number;
  /** Segments that are not flushed, without the one that is written to. */
  readonly waitingSegments: number;
}

/** Reads what is not flushed, and has it flushed. */
export async function openLogFront(options: LogFrontOptions): Promise<LogFront> {
  const limits = { ...usualLimits, ...options.limits };
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const parts = { lists: new SeriesLists(), lastFlushed: await options.writer.lastFlushed() };
  const firstNumber = Math.max(parts.lastFlushed, listSegments(options.folder).at(-1)?.number ?? 0) + 1;
  const front = new LogFront({ ...options, limits }, { ...parts, firstNumber });
  await front.replay();
  return front;
}

interface Beginning {
  readonly lists: SeriesLists;
  readonly lastFlushed: number;
  readonly firstNumber: number;
}

export class LogFront {
  readonly head: Head;
  readonly #options: LogFrontOptions & { readonly limits: LogFrontLimits };
  readonly #senders: SenderRegister;
  readonly #flushing: SegmentFlushing;
  readonly #log: LogWriter;
  readonly #places: StoredPlaces;
  #lastFlushed: number;
  #refusedSeries = 0;
  #joinedGaps = 0;
  #damagedStretches = 0;

  constructor(
    options: LogFrontOptions & { readonly limits: LogFrontLimits },
    { lists, lastFlushed, firstNumber }: Beginning,
  ) {
    const { folder, writer, clock, log, limits } = options;
    this.#options = options;
    this.#lastFlushed = lastFlushed;
    this.head = new Head(lists, clock);
    this.#places = {
      head: this.head,
      stored: (segment) => {
        if (this.head.samplesOf(segment) >= limits.rotateSamples) this.#log.rotate();
      },
    };
    this.#senders = new SenderRegister({
      load: (sender) => writer.positions(sender),
      lastFlushed: () => this.#lastFlushed,
    });
    this.#flushing = new SegmentFlushing({
      log,
      flush: (segment) => writer.flush(segment),
      onFlushed: ({ number }, { refusedSeries, joinedGaps }) => {
        this.#lastFlushed = number;
        this.#refusedSeries += refusedSeries;
        this.#joinedGaps += joinedGaps;
        this.head.drop(number);
      },
    });
    this.#log = new LogWriter({
      folder,
      firstNumber,
      lists,
      ...limits,
      onClosed: (segment) => this.#flushing.add(segment),
    });
  }

  /** Once, before anything else. */
  async replay(): Promise<void> {
    const { folder, log } = this.#options;
    const { segments, damagedStretches } = await replayLog({
      folder,
      log,
      lastFlushed: this.#lastFlushed,
      onEntry: (segment, entry) => {
        this.#senders.replay(entry.sender, entry.marks, segment);
        this.head.add(segment, entry);
      },
    });
    this.#damagedStretches = damagedStretches;
    for (const segment of segments) this.#flushing.add(segment);
  }

  append(sender: Sender, batch: Batch): Promise<AppendOutcome> {
    const state = this.#senders.get(sender);
    if (state !== undefined) return this.#append(state, batch);
    return this.#senders.load(sender).then((loaded) => this.#append(loaded, batch));
  }

  async declareLost(sender: Sender, loss: Loss): Promise<void> {
    const state = this.#senders.get(sender) ?? (await this.#senders.load(sender));
    const lost = lostOf(state, loss, loss.sequences);
    if (lost === undefined) return this.#log.settled();
    if (!promiseAll(state, lost.marks)) {
      throw new StoreError('busy', `store: ${sender.node} has too many holes in its ${loss.dataClass} data`);
    }
    await this.#write(state, { sender, marks: lost.marks, payload: { kind: 'gap', gap: lost.gap } });
  }

  async positions(sender: Sender): Promise<readonly StoredPosition[]> {
    return (await this.#senders.load(sender)).positions.all();
  }

  /** What was stored past the log, in the catalog. */
  async noteStored(sender: Sender, mark: Mark): Promise<void> {
    const { positions } = await this.#senders.load(sender);
    if (positions.promise(mark)) positions.store(mark);
  }

  /** Has everything flushed that is in the log now. */
  async flush(): Promise<void> {
    this.#log.rotate();
    await this.#log.settled();
    await this.#flushing.settled();
  }

  /** 0: nothing waits for being flushed; 1: as much as may. */
  get lag(): number {
    const { maxSamples, maxWaiting, maxLogBytes } = this.#options.limits;
    return Math.max(
      this.head.samples / maxSamples,
      this.#flushing.waiting / maxWaiting,
      this.#logBytes / maxLogBytes,
    );
  }

  get #logBytes(): number {
    return this.#flushing.waitingBytes + this.#log.openBytes;
  }

  statistics(): LogFrontStatistics {
    return {
      syncs: this.#log.syncs,
      duplicateTicks: this.head.duplicates,
      refusedSeries: this.#refusedSeries,
      joinedGaps: this.#joinedGaps,
      damagedStretches: this.#damagedStretches,
      samples: this.head.samples,
      waitingSegments: this.#flushing.waiting,
    };
  }

  /** What is pending is synced, and nothing more is flushed: the log keeps it for the next start. Idempotent. */
  async close(): Promise<void> {
    this.#flushing.stop();
    await this.#log.close();
  }

  #append(state: SenderState, batch: Batch): Promise<AppendOutcome> {
    const dataClass = classOf(batch.payload);
    const { positions } = state;
    if (!positions.promised(dataClass).has(batch.sequence)) return this.#appendNew(state, batch);
    if (positions.isStored(dataClass, batch.sequence)) return Promise.resolve('duplicate');
    // It is on its way, and may still be refused.
    return this.#log.settled().then(() => this.#append(state, batch));
  }

  #appendNew(state: SenderState, { sequence, payload }: Batch): Promise<AppendOutcome> {
    if (payload.kind === 'command' || payload.kind === 'profile') {
      throw new TypeError(`a batch of ${payload.kind} does not go through the log`);
    }
    const own: Mark = { dataClass: classOf(payload), range: { from: sequence, to: sequence } };
    if (payload.kind !== 'gap' || payload.gap.sequences === null) {
      if (!state.positions.promise(own)) return Promise.resolve('scattered');
      return this.#write(state, { sender: state.sender, marks: [own], payload });
    }
    const lost = lostOf(state, payload.gap, payload.gap.sequences);
    const marks = [own, ...(lost?.marks ?? [])];
    if (!promiseAll(state, marks)) return Promise.resolve('scattered');
    const rest: LogPayload | null = lost === undefined ? null : { kind: 'gap', gap: lost.gap };
    return this.#write(state, { sender: state.sender, marks, payload: rest });
  }

  #write(state: SenderState, entry: LogEntry): Promise<AppendOutcome> {
    const pending = new PendingAppend(this.#places, state, entry);
    if (this.#isFull()) pending.refused(this.#full());
    else this.#log.append(entry, pending);
    return pending.promise;
  }

  #isFull(): boolean {
    const { maxSamples, maxWaiting, maxLogBytes } = this.#options.limits;
    const { waiting } = this.#flushing;
    return waiting >= maxWaiting || this.head.samples >= maxSamples || this.#logBytes >= maxLogBytes;
  }

  #full(): StoreError {
    return new StoreError(
      'busy',
      `store: ${this.#flushing.waiting} segments of the log wait for being flushed. The collector's log says why.`,
    );
  }
}

interface Lost {
  readonly marks: readonly Mark[];
  readonly gap: Gap;
}

function lostOf({ positions }: SenderState, gap: Gap, sequences: SequenceRange): Lost | undefined {
  const { dataClass } = gap;
  const present = positions.promised(dataClass);
  const left = lossLeft(present, gap, sequences);
  if (left === undefined) return undefined;
  return { gap: left, marks: present.missing(sequences).map((range) => ({ dataClass, range })) };
}

/** All of them or none. */
function promiseAll({ positions }: SenderState, marks: readonly Mark[]): boolean {
  const refused = marks.findIndex((mark) => !positions.promise(mark));
  if (refused === -1) return true;
  for (const mark of marks.slice(0, refused)) positions.refuse(mark);
  return false;
}
