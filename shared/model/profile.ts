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

/** Everything about a profile but its stacks. Times in ms since the Unix epoch. */
export interface Profile extends ProfileRequest {
  readonly node: string;
  readonly status: ProfileStatus;
  readonly reason: Reason | null;
  /** 0 to 1. */
  readonly progress: number;
  readonly createdTimeMs: number;
  readonly startedTimeMs: number | null;
  readonly endedTimeMs: number | null;
  readonly samples: number;
  readonly lost: number;
  /** perf's name of the sampled event; null before sampling. */
  readonly event: string | null;
  /** null until the agent has found it. */
  readonly process: ProfiledProcess | null;
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

/** What the agent tells about a profile; absent fields are not told yet. */
export interface ProfileReport {
  readonly profileId: string;
  readonly status: ProfileStatus;
  readonly reason: Reason | null;
  readonly progress: number;
  readonly startedTimeMs: number | null;
  readonly endedTimeMs: number | null;
  readonly samples: number;
  readonly lost: number;
  readonly event: string | null;
  readonly process: ProfiledProcess | null;
  readonly stacks: StackChunk | null;
}
