// Continuous profiles: recordings of low frequency, one window after another, of some nodes or of a job; each window is kept
// as one merged profile.
import type { Profile, ProfileEvent } from './profile.ts';
import type { Reason } from './reason.ts';

export const continuousLimits = {
  frequencyHz: { min: 1, max: 99, default: 19 },
  windowMs: { min: 10_000, max: 300_000, default: 60_000 },
  /** That run at once. */
  running: 32,
  /** That run at once on a node. */
  perNode: 2,
  /** Of one. */
  nodes: 1024,
  /** Windows of one answer. */
  windows: 20_000,
} as const;

export type ContinuousStatus =
  | 'running'
  | 'stopped'
  /** By itself: its job has ended. */
  | 'ended';

export interface ContinuousProfile {
  readonly id: string;
  /** All nodes that run it, found anew for each window, unless `nodes` names some; null: the whole of `nodes`. */
  readonly job: string | null;
  readonly nodes: readonly string[];
  readonly event: ProfileEvent;
  readonly frequencyHz: number;
  readonly windowMs: number;
  readonly createdTimeMs: number;
  readonly status: ContinuousStatus;
  /** Why it ended; while it runs, why its last window is not whole. */
  readonly reason: Reason | null;
  readonly endedTimeMs: number | null;
  /** Begun so far. */
  readonly windows: number;
  /** Begin of the last. */
  readonly lastWindowTimeMs: number | null;
  /** Nodes that any window had. */
  readonly seenNodes: readonly string[];
  /** Account that asked for it; absent: not known. */
  readonly startedBy?: string;
  /** Of a job: its owner when it was asked for; absent: it was not known. */
  readonly owner?: string;
}

/** A window of a continuous profile: it is of no node, but of another profile. `parentId` is the continuous one. */
export function isWindow({ node, parentId }: Pick<Profile, 'node' | 'parentId'>): boolean {
  return node === null && parentId !== null;
}
