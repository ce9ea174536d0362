// Chooses how perf finds the callers. In: what was asked for, and how much will be sampled. Out: the value of `perf record --call-graph`.
// Unwinding by DWARF is right for every program that is compiled as usual; it copies a piece of the stack with each
// sample. Following frame pointers copies nothing, but compilers leave them out, and even with
// -fno-omit-frame-pointer GCC makes none in functions that call nothing, so the caller of a hot loop is missing.
import type { CallGraphChoice } from '../../shared/model/profile.ts';

/** Written to disk during the profile and resolved after it, in about a second per 100 MiB. */
const mostCopiedBytes = 128 * 1024 * 1024;
const stackBytes = [8192, 4096] as const;

export interface SamplingSize {
  readonly choice: CallGraphChoice;
  readonly frequencyHz: number;
  readonly durationMs: number;
  readonly threads: number;
  /** Processors the machine has: no more threads run at a time. */
  readonly processors: number;
}

export type CallGraph = 'fp' | `dwarf,${(typeof stackBytes)[number]}`;

export function callGraphFor(size: SamplingSize): CallGraph {
  if (size.choice === 'fp') return 'fp';
  const busyThreads = Math.min(size.threads, size.processors);
  const samples = (size.frequencyHz * size.durationMs * busyThreads) / 1000;
  const fitting = stackBytes.find((bytes) => samples * bytes <= mostCopiedBytes);
  if (fitting === undefined && size.choice === 'auto') return 'fp';
  return `dwarf,${fitting ?? 4096}`;
}
