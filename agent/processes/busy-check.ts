// Compares the node's busy time with what the processes that were read used, so that no busy process goes unread.
// In: the first line of /proc/stat and the clock ticks explained. Out: whether all processes must be read.
// Part of the busy time never finds a process: those that lived and died between two scans, interrupts, neighbours
// outside a container. That part is learnt from the scans that read everything, and forgotten slowly when it shrinks.
import type { ProcFiles } from './proc-files.ts';

/** Cores that may stay unexplained. */
const toleratedCores = 0.1;
const toleratedShare = 0.05;

export class BusyCheck {
  readonly #files: ProcFiles;
  readonly #ticksPerSecond: number;
  #busyTicks = Number.NaN;
  /** Of the last interval, in cores. */
  #busyCores = 0;
  #usualCores = 0;
  #intervalMs = 0;

  constructor(files: ProcFiles, ticksPerSecond: number) {
    this.#files = files;
    this.#ticksPerSecond = ticksPerSecond;
  }

  /** True when the ticks used by the processes that were read come near enough to what the node was busy. */
  isExplained(ticks: number, intervalMs: number): boolean {
    const before = this.#busyTicks;
    this.#busyTicks = this.#readBusyTicks();
    if (intervalMs <= 0 || Number.isNaN(before) || Number.isNaN(this.#busyTicks)) return true;
    this.#intervalMs = intervalMs;
    this.#busyCores = this.#cores(this.#busyTicks - before);
    const unexplained = Math.max(0, this.#busyCores - this.#cores(ticks));
    if (unexplained < this.#usualCores) this.#usualCores = this.#usualCores * 0.9 + unexplained * 0.1;
    return unexplained <= this.#usualCores + Math.max(toleratedCores, toleratedShare * this.#busyCores);
  }

  /** After everything was read: what is still unexplained is usual here. */
  accept(ticks: number): void {
    this.#usualCores = Math.max(0, this.#busyCores - this.#cores(ticks));
  }

  #cores(ticks: number): number {
    return (ticks * 1000) / this.#ticksPerSecond / this.#intervalMs;
  }

  /** user + nice + system of `cpu  user nice system …` (proc_stat(5)). */
  #readBusyTicks(): number {
    const files = this.#files;
    if (files.read('stat') !== 'read') return Number.NaN;
    const line = files.bytes.toString('latin1', 0, Math.min(files.length, 128));
    const [, user, nice, system] = /^cpu +(\d+) (\d+) (\d+) /.exec(line) ?? [];
    return Number(user) + Number(nice) + Number(system);
  }
}
