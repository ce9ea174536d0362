// In: changes from the live bus. Out: server-sent events to every reader, each change resolved once for all of them.
//
// Invariants: at most `maxReaders` readers; a reader's events come in the order of their numbers and none twice; a
// reader whose connection still holds more than `maxBufferedBytes` when there is news is cut off. Numbers are only
// good for this feed's life, so they travel together with its name.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/log.ts';
import type { LiveBus, NumberedChange } from '../live/live-bus.ts';
import { type EventQuery, type NumberedEvent, resolveChanges, subjectOf } from './live-events.ts';
import type { Reading } from './self-metrics.ts';

export const feedLimits = {
  maxReaders: 64,
  maxBufferedBytes: 1024 * 1024,
  pingMs: 15_000,
  /** Changes that come closer together are sent together. */
  gatherMs: 50,
} as const;

/** One open connection, as the feed sees it. */
export interface EventReader {
  /** The event as it may and wants to see it; null: not at all. */
  see(numbered: NumberedEvent): NumberedEvent['event'] | null;
  send(text: string): void;
  bufferedBytes(): number;
  end(): void;
  /** Ends without waiting for what is unsent. */
  cut(): void;
}

/** An event as it is sent, the same to all. */
interface EventFrame extends NumberedEvent {
  readonly text: string;
}

export interface EventFeedOptions {
  readonly query: EventQuery;
  readonly bus: LiveBus;
  readonly clock: Clock;
  readonly log: Logger;
}

export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #name = randomBytes(4).toString('hex');
  /** Readers and the number of the last change that each has seen. */
  readonly #readers = new Map<EventReader, number>();
  readonly #joining = new Map<EventReader, number>();
  readonly #pending = new Map<string, NumberedChange>();
  readonly #unsubscribe: () => void;
  #working = false;
  #stopped = false;
  #cancelGather: (() => void) | undefined;
  #cancelPing: () => void;
  #cutOff = 0;
  #refused = 0;
  #sent = 0;

  constructor(options: EventFeedOptions) {
    this.#options = options;
    this.#unsubscribe = options.bus.subscribe((numbered) => this.#note(numbered));
    this.#cancelPing = this.#schedulePing();
  }

  /** False when there are too many readers already. `lastEventId` is what the reader's last connection ended with. */
  join(reader: EventReader, lastEventId: string | undefined): boolean {
    if (this.#stopped || this.#readers.size + this.#joining.size >= feedLimits.maxReaders) {
      this.#refused += 1;
      return false;
    }
    if (lastEventId === undefined) this.#readers.set(reader, 0);
    else {
      const [name, number] = lastEventId.split('-');
      // A number of another life is as good as a forgotten one.
      this.#joining.set(reader, name === this.#name && number !== undefined ? Number(number) : Number.NaN);
      this.#work();
    }
    return true;
  }

  leave(reader: EventReader): void {
    this.#readers.delete(reader);
    this.#joining.delete(reader);
  }

  /** Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    this.#cancelPing();
    this.#cancelGather?.();
    for (const reader of [...this.#readers.keys(), ...this.#joining.keys()]) {
      this.leave(reader);
      reader.end();
    }
  }

  readings(): Reading[] {
    const readers = this.#readers.size + this.#joining.size;
    return [
      { name: 'event_readers', help: 'Open connections for live updates.', value: readers },
      { name: 'events_sent_total', help: 'Live updates sent, all readers together.', value: this.#sent },
      { name: 'event_readers_cut_off_total', help: 'Readers that were too slow.', value: this.#cutOff },
      { name: 'event_readers_refused_total', help: 'Readers beyond the limit.', value: this.#refused },
    ];
  }

  #note(numbered: NumberedChange): void {
    if (this.#readers.size + this.#joining.size === 0) return;
    const subject = subjectOf(numbered.change);
    this.#pending.delete(subject);
    this.#pending.set(subject, numbered);
    this.#cancelGather ??= this.#options.clock.after(feedLimits.gatherMs, () => {
      this.#cancelGather = undefined;
      this.#work();
    });
  }

  /** One piece of work at a time, so that numbers never overtake each other. */
  #work(): void {
    if (!this.#working && !this.#stopped) void this.#workOff();
  }

  async #workOff(): Promise<void> {
    this.#working = true;
    while (this.#joining.size > 0 || this.#pending.size > 0) {
      for (const [reader, lastId] of this.#joining) await this.#replay(reader, lastId);
      const changes = [...this.#pending.values()];
      this.#pending.clear();
      const frames = await this.#resolve(changes);
      for (const reader of this.#readers.keys()) this.#deliver(reader, frames);
    }
    this.#working = false;
  }

  async #replay(reader: EventReader, lastId: number): Promise<void> {
    const missed = Number.isSafeInteger(lastId) ? this.#options.bus.since(lastId) : null;
    const frames = missed === null ? null : await this.#resolve(missed);
    // It may have left meanwhile.
    if (!this.#joining.delete(reader)) return;
    this.#readers.set(reader, frames === null ? 0 : lastId);
    this.#deliver(reader, frames);
  }

  /** null when the store does not answer: readers then start afresh. */
  async #resolve(changes: readonly NumberedChange[]): Promise<readonly EventFrame[] | null> {
    try {
      const events = await resolveChanges(this.#options.query, changes);
      return events.map((numbered) => ({ ...numbered, text: this.#textOf(numbered.id, numbered.event) }));
    } catch (error) {
      this.#options.log.warn({ err: error, changes: changes.length }, 'live updates not resolved');
      return null;
    }
  }

  #textOf(id: number, event: NumberedEvent['event']): string {
    return `id: ${this.#name}-${id}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
  }

  #deliver(reader: EventReader, frames: readonly EventFrame[] | null): void {
    if (frames === null) {
      this.#send(reader, 'event: reset\ndata: {}\n\n');
      return;
    }
    const seen = this.#readers.get(reader) ?? 0;
    const news = frames.flatMap((frame) => {
      const event = frame.id > seen ? reader.see(frame) : null;
      if (event === null) return [];
      return event === frame.event ? frame.text : this.#textOf(frame.id, event);
    });
    const last = frames.at(-1);
    if (last !== undefined) this.#readers.set(reader, Math.max(seen, last.id));
    this.#sent += news.length;
    if (news.length > 0) this.#send(reader, news.join(''));
  }

  /** Looks at what is left from before: one large event alone makes nobody slow. */
  #send(reader: EventReader, text: string): void {
    if (reader.bufferedBytes() <= feedLimits.maxBufferedBytes) {
      reader.send(text);
      return;
    }
    this.#cutOff += 1;
    this.leave(reader);
    reader.cut();
  }

  #schedulePing(): () => void {
    return this.#options.clock.after(feedLimits.pingMs, () => {
      for (const reader of this.#readers.keys()) this.#send(reader, ': ping\n\n');
      this.#cancelPing = this.#schedulePing();
    });
  }
}
