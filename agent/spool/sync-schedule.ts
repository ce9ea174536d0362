// When what was written becomes certain to outlive the machine. In: that something was written. Out: calls of `sync`,
// one at a time per class: for results at once, for events within a second, for the others every ten seconds or 256 KiB.
import type { Clock } from '../../shared/clock.ts';
import type { DataClass } from '../../shared/model/delivery.ts';

export interface SyncScheduleOptions {
  readonly clock: Clock;
  readonly sync: (dataClass: DataClass) => Promise<void>;
}

const delayOf: Readonly<Record<DataClass, number>> = {
  result: 0,
  event: 1_000,
  metric: 10_000,
  process: 10_000,
  profile: 10_000,
};
const soonFromBytes = 256 * 1024;

/** What is told of it to whoever watches over the program. */
export type SyncAges = Pick<SyncSchedule, 'hangsMs' | 'overdueMs'>;

interface Unsynced {
  bytes: number;
  readonly dueMs: number;
}

export class SyncSchedule {
  readonly #options: SyncScheduleOptions;
  readonly #unsynced = new Map<DataClass, Unsynced>();
  readonly #running = new Map<DataClass, { readonly sinceMs: number; readonly done: Promise<void> }>();
  #timer: { readonly dueMs: number; readonly cancel: () => void } | null = null;

  constructor(options: SyncScheduleOptions) {
    this.#options = options;
  }

  /** For how long the storage has not answered; 0 when nothing waits for it. */
  get hangsMs(): number {
    const nowMs = this.#options.clock.monotonic();
    return Math.max(0, ...[...this.#running.values()].map(({ sinceMs }) => nowMs - sinceMs));
  }

  /** How long past its time something waits and nobody sees to it. */
  get overdueMs(): number {
    const nowMs = this.#options.clock.monotonic();
    const waiting = [...this.#unsynced].filter(([dataClass]) => !this.#running.has(dataClass));
    return Math.max(0, ...waiting.map(([, { dueMs }]) => nowMs - dueMs));
  }

  wrote(dataClass: DataClass, bytes: number): void {
    const unsynced = this.#unsynced.get(dataClass) ?? {
      bytes: 0,
      dueMs: this.#options.clock.monotonic() + delayOf[dataClass],
    };
    unsynced.bytes += bytes;
    this.#unsynced.set(dataClass, unsynced);
    if (delayOf[dataClass] === 0 || unsynced.bytes >= soonFromBytes) void this.#begin(dataClass);
    else this.#arm(unsynced.dueMs);
  }

  /** Everything, now. */
  async all(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    await Promise.all([...this.#unsynced.keys()].map((dataClass) => this.#begin(dataClass)));
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #arm(dueMs: number): void {
    if (this.#timer !== null && this.#timer.dueMs <= dueMs) return;
    this.#timer?.cancel();
    const { clock } = this.#options;
    const cancel = clock.after(Math.max(0, dueMs - clock.monotonic()), () => this.#due());
    this.#timer = { dueMs, cancel };
  }

  /** One moment of work instead of several: with one class go all whose time comes soon. */
  #due(): void {
    this.#timer = null;
    const soonMs = this.#options.clock.monotonic() + 2_000;
    const due = [...this.#unsynced].filter(([, { dueMs }]) => dueMs <= soonMs);
    for (const [dataClass] of due) void this.#begin(dataClass);
    const rest = [...this.#unsynced.values()].map(({ dueMs }) => dueMs);
    if (rest.length > 0) this.#arm(Math.min(...rest));
  }

  #begin(dataClass: DataClass): Promise<void> {
    const running = this.#running.get(dataClass);
    if (running !== undefined) return running.done;
    this.#unsynced.delete(dataClass);
    const done = this.#options.sync(dataClass).finally(() => {
      this.#running.delete(dataClass);
      // A result that was written meanwhile does not wait for another one.
      if (delayOf[dataClass] === 0 && this.#unsynced.has(dataClass)) void this.#begin(dataClass);
    });
    this.#running.set(dataClass, { sinceMs: this.#options.clock.monotonic(), done });
    return done;
  }
}
