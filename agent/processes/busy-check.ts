// Compares the node's busy time with what the processes that were read used, so that no busy process goes unread.
// In: the first line of /proc/stat and the clock ticks explained. Out: whether all processes must be read.
// Part of the busy time never finds a process: those that lived and died between two scans, interrupts, neighbours
// outside a container. That part is learnt from the scans that read everything, and forgotten slowly when it shrinks.
// Where it swings and reading everything finds nobody, that is not done again at once for a small part of a core.
import type { Host } from '../host/host.ts';
import type { KernelFile } from '../host/kernel-files.ts';

/** Cores that may stay unexplained. */
const toleratedCores = 0.1;
const toleratedShare = 0.05;
/** Cores more, for a while after all processes were read and the busy one was not among them. */
const toleratedWhilePaused = 0.4;
const pauseMsPerReading = 2;
const longestPauseMs = 30_000;
const forgetting = 0.95;

export class BusyCheck {
  /** Tasks that wait for storage now, as the kernel counts them; NaN when not known. */
  blockedCount = Number.NaN;
  readonly #file: KernelFile;
  readonly #ticksPerSecond: number;
  #busyTicks = Number.NaN;
  /** Of the last interval, in cores. */
  #busyCores = 0;
  #unexplainedCores = 0;
  #usualCores = 0;
  #intervalMs = 0;
  #pausedUntilMs = 0;
  #fruitless = 0;

  constructor(host: Host) {
    this.#file = host.keep(`${host.roots.proc}/stat`);
    this.#ticksPerSecond = host.facts.clockTicksPerSecond;
  }

  /** True when the ticks used by the processes that were read come near enough to what the node was busy. */
  isExplained(ticks: number, intervalMs: number, nowMs: number): boolean {
    const before = this.#busyTicks;
    this.#readFile();
    if (intervalMs <= 0 || Number.isNaN(before) || Number.isNaN(this.#busyTicks)) return true;
    this.#intervalMs = intervalMs;
    this.#busyCores = this.#cores(this.#busyTicks - before);
    const unexplained = Math.max(0, this.#busyCores - this.#cores(ticks));
    this.#unexplainedCores = unexplained;
    if (unexplained < this.#usualCores) {
      this.#usualCores = this.#usualCores * forgetting + unexplained * (1 - forgetting);
    }
    const paused = nowMs < this.#pausedUntilMs ? toleratedWhilePaused : 0;
    return unexplained <= this.#toleratedCores() + paused;
  }

  /** Whether that many more clock ticks, found since, explain it. */
  isExplainedBy(found: number): boolean {
    return this.#unexplainedCores - this.#cores(found) <= this.#toleratedCores();
  }

  /** After everything was read, `found` more clock ticks by `reads` readings: what is still unexplained is usual here. */
  accept(found: number, reads: number, nowMs: number): void {
    const excess = this.#unexplainedCores - this.#usualCores;
    this.#fruitless = this.#cores(found) < excess / 2 ? this.#fruitless + 1 : 0;
    const pauseMs = reads * pauseMsPerReading * 2 ** this.#fruitless;
    this.#pausedUntilMs = this.#fruitless === 0 ? 0 : nowMs + Math.min(longestPauseMs, pauseMs);
    this.#usualCores = Math.max(0, this.#unexplainedCores - this.#cores(found));
  }

  #toleratedCores(): number {
    return this.#usualCores + Math.max(toleratedCores, toleratedShare * this.#busyCores);
  }

  #cores(ticks: number): number {
    return (ticks * 1000) / this.#ticksPerSecond / this.#intervalMs;
  }

  /** user + nice + system of `cpu  user nice system …`, and `procs_blocked 0` (proc_stat(5)). */
  #readFile(): void {
    this.#busyTicks = Number.NaN;
    this.blockedCount = Number.NaN;
    try {
      const cursor = this.#file.read();
      if (!cursor.nextLine() || !cursor.accept('cpu ')) return;
      this.#busyTicks = cursor.integer() + cursor.integer() + cursor.integer();
      const at = cursor.bytes.lastIndexOf('\nprocs_blocked ', cursor.end);
      const text = at < 0 ? '' : cursor.bytes.toString('latin1', at, Math.min(cursor.end, at + 32));
      this.blockedCount = Number(/^\nprocs_blocked (\d+)\n/.exec(text)?.[1] ?? Number.NaN);
    } catch {
      // Not known is the answer here.
    }
  }
}
