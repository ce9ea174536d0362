// Measures how long threads were off their CPUs. In: the samples of `context-switches`, which say where a thread was when it
// left, and the switches themselves. Out: waits with their stacks, each once it is over.
// A thread that wanted to go on waits for a CPU: that stands on its stack as `[waiting for a CPU]`.
// Bound: no more waits are open than `mostOpen`; those beyond it are counted and left out.
import type { ScriptMoment, ScriptSample } from './perf-script-text.ts';

const mostOpen = 65_536;
const preemptedFrame = '[waiting for a CPU]';

export interface Wait extends ScriptMoment {
  readonly name: string;
  readonly lastedUs: number;
  /** Leaf first. */
  readonly frames: readonly string[];
}

interface Place {
  readonly name: string;
  readonly frames: readonly string[];
}

export class Waits {
  /** Waits that found no room. */
  dropped = 0;
  readonly #take: (wait: Wait) => void;
  /** By thread: where it was when it left its CPU. */
  readonly #places = new Map<number, Place>();
  readonly #open = new Map<number, Omit<Wait, 'lastedUs'>>();

  constructor(take: (wait: Wait) => void) {
    this.#take = take;
  }

  place({ tid, name }: ScriptSample, frames: readonly string[]): void {
    if (this.#places.size < mostOpen || this.#places.has(tid))
      this.#places.set(tid, { name, frames: [...frames] });
  }

  switched(moment: ScriptMoment, how: 'in' | 'out' | 'preempted'): void {
    // The idle task of a CPU has no number.
    if (moment.tid === 0) return;
    if (how === 'in') return this.#end(moment.tid, moment.timeUs);
    const { name = '', frames = [] } = this.#places.get(moment.tid) ?? {};
    this.#places.delete(moment.tid);
    if (this.#open.size >= mostOpen && !this.#open.has(moment.tid)) {
      this.dropped += 1;
      return;
    }
    const stack = how === 'preempted' ? [preemptedFrame, ...frames] : frames;
    this.#open.set(moment.tid, { ...moment, name, frames: stack });
  }

  /** The recording is over: what still waits has waited until then. */
  close(timeUs: number): void {
    for (const tid of this.#open.keys()) this.#end(tid, timeUs);
  }

  #end(tid: number, timeUs: number): void {
    const wait = this.#open.get(tid);
    if (wait === undefined) return;
    this.#open.delete(tid);
    this.#take({ ...wait, lastedUs: Math.max(0, timeUs - wait.timeUs) });
  }
}
