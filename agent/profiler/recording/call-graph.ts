// How perf finds the callers. In: what was asked for, and how much will be sampled. Out: the value of `perf record --call-graph`.
// Unwinding by DWARF is right for every program that is compiled as usual; it copies a piece of the stack with each
// sample. Following frame pointers copies nothing, but compilers leave them out, and even with
// -fno-omit-frame-pointer GCC makes none in functions that call nothing, so the caller of a hot loop is missing.
// This is the bound; within it a trial decides (call-graph-trial.ts).
import type { CallGraphChoice } from '../../../shared/model/profile.ts';

/** Written to disk during the profile and resolved after it, in about a second per 100 MiB. */
const mostCopiedBytes = 128 * 1024 * 1024;
const stackBytes = [8192, 4096] as const;

export type CallGraph = 'fp' | `dwarf,${(typeof stackBytes)[number]}`;

/** `auto`: copies where they fit. */
export function callGraphFor(choice: CallGraphChoice, samples: number): CallGraph {
  if (choice === 'fp') return 'fp';
  const fitting = stackBytes.find((bytes) => samples * bytes <= mostCopiedBytes);
  if (fitting === undefined && choice === 'auto') return 'fp';
  return `dwarf,${fitting ?? 4096}`;
}
