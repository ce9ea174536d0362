// What a recording will be at most. In: the request, the target, the processors of the machine. Out: its length and frequency
// within the limits, how many samples and bytes it may come to.
import { type ProfileRequest, profileLimits } from '../../../shared/model/profile.ts';
import { type CallGraph, callGraphFor } from './call-graph.ts';

const shortestDurationMs = 1000;
const mebibyte = 1024 * 1024;
/** Written to the disk of the node; perf ends there by itself. */
export const mostRecordedBytes = 512 * mebibyte;
const leastRecordedBytes = 32 * mebibyte;
/** A sample without a copy of its stack: the head, the addresses of some 30 callers. */
const plainSampleBytes = 256;

/** What a recording takes of the node. */
export interface RecordingNeed {
  readonly samples: number;
  /** What the samples will come to. */
  readonly bytes: number;
  /** What the recording may come to: perf ends it there. */
  readonly mostBytes: number;
  /** The processes whose waits it records; empty: all of the node; null: it records none. */
  readonly waitsOf: readonly number[] | null;
}

export interface RecordingPlan extends RecordingNeed {
  readonly durationMs: number;
  readonly frequencyHz: number;
  /** Threads that can be at work at a time. */
  readonly busyThreads: number;
  /** The costliest that was asked for, within the bound. */
  readonly callGraph: CallGraph;
}

export interface PlannedTarget {
  /** Empty: all processes of the node. */
  readonly pids: readonly number[];
  readonly threads: number;
  readonly processors: number;
}

export function planRecording(
  request: ProfileRequest,
  { pids, threads, processors }: PlannedTarget,
): RecordingPlan {
  const durationMs = clamp(request.durationMs, shortestDurationMs, profileLimits.durationMs.max);
  const { min, max } = profileLimits.frequencyHz;
  const frequencyHz = clamp(request.frequencyHz, min, max);
  const busyThreads = Math.max(1, Math.min(threads, processors));
  const samples = Math.ceil((frequencyHz * durationMs * busyThreads) / 1000);
  const callGraph = callGraphFor(request.callGraph, samples);
  const bytes = samples * (plainSampleBytes + copiedBytes(callGraph));
  return {
    durationMs,
    frequencyHz,
    busyThreads,
    samples,
    callGraph,
    bytes,
    mostBytes: mostBytes(request, bytes),
    waitsOf: request.event === 'wall' ? pids : null,
  };
}

/** How often threads will switch, nobody knows before. */
function mostBytes({ event }: ProfileRequest, bytes: number): number {
  if (event === 'wall') return mostRecordedBytes;
  const rounded = Math.ceil((2 * bytes) / mebibyte) * mebibyte;
  return Math.min(mostRecordedBytes, Math.max(leastRecordedBytes, rounded));
}

function copiedBytes(callGraph: CallGraph): number {
  return callGraph === 'fp' ? 0 : Number(callGraph.slice('dwarf,'.length));
}

function clamp(value: number, min: number, max: number): number {
  return Number.isFinite(value) ? Math.min(max, Math.max(min, Math.round(value))) : max;
}
