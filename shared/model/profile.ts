// Profiles: sampled call stacks of one process, kept as a tree.
import type { Reason } from './reason.ts';

export type ProfileStatus =
  | 'pending'
  | 'running'
  | 'processing'
  | 'finished'
  /** The process ended before the time was up; what was sampled is there. */
  | 'partial'
  /** Stopped on request; what was sampled is there. */
  | 'stopped'
  | 'failed';

export const profileLimits = {
  /** The kernel's PID_MAX_LIMIT. */
  pid: { min: 1, max: 4_194_304 },
  durationMs: { min: 10_000, max: 300_000, default: 30_000 },
  frequencyHz: { min: 1, max: 2000, default: 99 },
} as const;

/** True when nothing more will come. */
export function isProfileOver(status: ProfileStatus): boolean {
  return status === 'finished' || status === 'partial' || status === 'stopped' || status === 'failed';
}

/** What is asked of a node. */
export interface ProfileRequest {
  readonly id: string;
  readonly pid: number;
  /** Start of the process, ms since the Unix epoch; null when the asker does not know it. */
  readonly startTimeMs: number | null;
  readonly durationMs: number;
  readonly frequencyHz: number;
}

/** Whom a profile shows. */
export interface ProfiledProcess {
  readonly pid: number;
  readonly startTimeMs: number;
  readonly name: string;
  readonly command: string;
  readonly user: string;
}

/** How a profile stands. Times in ms since the Unix epoch. */
export interface ProfileState {
  readonly status: ProfileStatus;
  readonly reason: Reason | null;
  /** 0 to 1. */
  readonly progress: number;
  readonly startedTimeMs: number | null;
  readonly endedTimeMs: number | null;
  readonly samples: number;
  readonly lost: number;
  /** perf's name of the sampled event; null before sampling. */
  readonly event: string | null;
  /** null until the agent has found it. */
  readonly process: ProfiledProcess | null;
}

/** Before the node has told anything. */
export const untoldProfile: ProfileState = {
  status: 'pending',
  reason: null,
  progress: 0,
  startedTimeMs: null,
  endedTimeMs: null,
  samples: 0,
  lost: 0,
  event: null,
  process: null,
};

/** Everything about a profile but its stacks. */
export interface Profile extends ProfileRequest, ProfileState {
  readonly node: string;
  readonly createdTimeMs: number;
}

/** A function in a program or library. Both are hostile text. */
export interface Frame {
  /** `[unknown]` where there is no symbol. */
  readonly function: string;
  /** Base name of the file; `[kernel]` for the kernel; empty when not known. */
  readonly module: string;
}

/**
 * A tree of stacks, root to leaf, in columns. Node i has frame `frames[frameIds[i]]`, the parent `parents[i]` (-1 for
 * a root; always smaller than i) and `self[i]` samples that ended exactly there.
 */
export interface StackTree {
  readonly frames: readonly Frame[];
  readonly parents: readonly number[];
  readonly frameIds: readonly number[];
  readonly self: readonly number[];
}

/** A portion of a StackTree: what chunk `index` adds to the chunks before it. */
export interface StackChunk extends StackTree {
  readonly index: number;
  readonly last: boolean;
}

/** What the agent tells about a profile; null is not told yet. */
export interface ProfileReport extends ProfileState {
  readonly profileId: string;
  readonly stacks: StackChunk | null;
}
