// In: how far the store lags, and what is under way to it. Out: how many batches an agent may send ahead, whether
// anything is read at all, and what is not taken while others wait.
//
// Invariants: what is under way is bounded whatever agents do; credit falls at once and rises by steps, and whoever was
// told a small one is told when it has grown.
import type { Clock } from '../../shared/clock.ts';
import type { DataClass } from '../../shared/model/delivery.ts';
import type { StoreLag } from '../store/store.ts';
import type { IngestLimits } from './limits.ts';

/** Whoever was told a credit. */
export interface Creditor {
  /** What it was told last. */
  readonly toldCredit: number;
  tellCredit(): void;
}

type Limits = Pick<IngestLimits, 'batchesUnderWay' | 'bytesUnderWay'>;

/** Below it, all is well. */
const easyLoad = 0.5;
/** A full store takes nothing until it is below this again. */
const againBelow = 0.9;
/** From here on, for so long, the lower classes are not taken. */
const shedAbove: Readonly<Partial<Record<DataClass, number>>> = { profile: 0.8, process: 0.9 };
const shedAfterMs = 10_000;
const leastCredit = 2;
const lookEveryMs = 100;
/** Receipts that tell of more credit, at one look: all at once would hold up everything else. */
const toldAtOnce = 200;

export class Backpressure {
  readonly #limits: Limits;
  readonly #lag: () => StoreLag;
  readonly #clock: Clock;
  readonly #creditors = new Set<Creditor>();
  #bytesUnderWay = 0;
  #load = 0;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #isFull = false;
  /** Since when the load is at or above each class's bound. */
  readonly #heavySince = new Map<DataClass, number>();
  #waiting: (() => void)[] = [];
  #cancel: (() => void) | null = null;

  constructor(limits: Limits, lag: () => StoreLag, clock: Clock) {
    this.#limits = limits;
    this.#lag = lag;
    this.#clock = clock;
  }

  /** 0: nothing waits; 1 and more: nothing is taken. */
  get load(): number {
    this.#look();
    return this.#load;
  }

  get bytesUnderWay(): number {
    return this.#bytesUnderWay;
  }

  /** How many batches one agent may have under way. */
  get credit(): number {
    this.#look();
    if (this.#isFull) return 0;
    const { batchesUnderWay } = this.#limits;
    if (this.#load <= easyLoad) return batchesUnderWay;
    const share = (1 - this.#load) / (1 - easyLoad);
    // In steps of two: a receipt for each small change would be a load of its own.
    return Math.max(leastCredit, 2 ** Math.floor(Math.log2(Math.max(1, batchesUnderWay * share))));
  }

  began(sizeBytes: number): void {
    this.#bytesUnderWay += sizeBytes;
  }

  ended(sizeBytes: number): void {
    this.#bytesUnderWay -= sizeBytes;
  }

  /** Null when there is room; resolves when there is again. */
  room(): Promise<void> | null {
    this.#look();
    if (!this.#isFull && this.#bytesUnderWay <= this.#limits.bytesUnderWay) return null;
    this.#watch();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** True: a batch of this class is not taken now, so that those above it are. */
  sheds(dataClass: DataClass): boolean {
    if (shedAbove[dataClass] === undefined) return false;
    this.#look();
    const since = this.#heavySince.get(dataClass);
    return since !== undefined && this.#clock.monotonic() - since >= shedAfterMs;
  }

  join(creditor: Creditor): void {
    this.#creditors.add(creditor);
  }

  leave(creditor: Creditor): void {
    this.#creditors.delete(creditor);
  }

  /** Whoever waits for room goes on. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #look(): void {
    const nowMs = this.#clock.monotonic();
    if (nowMs - this.#lookedMs < lookEveryMs) return;
    this.#lookedMs = nowMs;
    const { unflushed, disk } = this.#lag();
    this.#load = Math.max(unflushed, disk, this.#bytesUnderWay / this.#limits.bytesUnderWay);
    this.#isFull = this.#load >= (this.#isFull ? againBelow : 1);
    for (const dataClass of ['profile', 'process'] as const) {
      if (this.#load < (shedAbove[dataClass] ?? 1)) this.#heavySince.delete(dataClass);
      else if (!this.#heavySince.has(dataClass)) this.#heavySince.set(dataClass, nowMs);
    }
    if (this.#load > easyLoad) this.#watch();
  }

  /** Looks again and again until all is well and everybody knows. */
  #watch(): void {
    this.#cancel ??= this.#clock.after(lookEveryMs, () => {
      this.#cancel = null;
      this.#look();
      const hasRoom = !this.#isFull && this.#bytesUnderWay <= this.#limits.bytesUnderWay;
      if (hasRoom) for (const resolve of this.#waiting.splice(0)) resolve();
      const allKnow = this.#tell();
      if (!allKnow || this.#waiting.length > 0 || this.#load > easyLoad) this.#watch();
    });
  }

  /** False when there were too many for now. */
  #tell(): boolean {
    const { credit } = this;
    let told = 0;
    for (const creditor of this.#creditors) {
      if (creditor.toldCredit >= credit) continue;
      if (told === toldAtOnce) return false;
      creditor.tellCredit();
      told += 1;
    }
    return true;
  }
}
