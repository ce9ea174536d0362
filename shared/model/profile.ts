// Profiles: sampled call stacks of processes, kept as a tree and, sample by sample, in order of time.
import type { Reason } from './reason.ts';

export type ProfileStatus =
  | 'pending'
  | 'running'
  | 'processing'
  | 'finished'
  /** Not all that was asked for: the process ended before its time, a node is missing. What was sampled is there. */
  | 'partial'
  /** Stopped on request; what was sampled is there. */
  | 'stopped'
  | 'failed';

export const profileLimits = {
  /** The kernel's PID_MAX_LIMIT. */
  pid: { min: 1, max: 4_194_304 },
  durationMs: { min: 10_000, max: 300_000, default: 30_000 },
  frequencyHz: { min: 1, max: 2000, default: 99 },
  /** Characters that a file may be called by. */
  fileName: 200,
  /** Of one order. */
  nodes: 5000,
  /** Threads of a process that may be named. */
  threads: 64,
  /** Characters. */
  cgroupPath: 1024,
  /** Characters. */
  jobName: 256,
  /** Beyond them only counts by thread and stack are kept. */
  timedSamples: 200_000,
  /** Threads a profile can tell apart; the others are one. */
  sampledThreads: 4096,
} as const;

/** True when nothing more will come. */
export function isProfileOver(status: ProfileStatus): boolean {
  return status === 'finished' || status === 'partial' || status === 'stopped' || status === 'failed';
}

export type ProfileTarget =
  | {
      readonly kind: 'process';
      readonly pid: number;
      /** Start of the process, ms since the Unix epoch; null when the asker does not know it. */
      readonly startTimeMs: number | null;
      /** The processes that it started, too. */
      readonly withChildren: boolean;
      /** Only these of its threads; null: all. */
      readonly threads: readonly number[] | null;
    }
  /** Everything in a control group and below it; the path is that of `/proc/PID/cgroup`. */
  | { readonly kind: 'cgroup'; readonly path: string }
  /** What the node has of a scheduler's job. */
  | { readonly kind: 'job'; readonly job: string }
  /** All CPUs of the node. */
  | { readonly kind: 'node' };

/** A file of another program, or of another collector. No node can be asked for it. */
export interface FileTarget {
  readonly kind: 'file';
  /** As who brought it calls it; hostile text. */
  readonly name: string;
}

export type ProcessTarget = Extract<ProfileTarget, { readonly kind: 'process' }>;

/** What is asked for where nobody says otherwise. */
export const usualProfile = {
  event: 'cpu-clock',
  durationMs: profileLimits.durationMs.default,
  frequencyHz: profileLimits.frequencyHz.default,
  callGraph: 'auto',
  withInlined: false,
  startAtMs: null,
} as const satisfies Omit<ProfileRequest, 'id' | 'target'>;

/**
 * What a sample stands for. `cpu-clock`: time on a CPU. `wall`: time, on a CPU or waiting; weights are then microseconds. The
 * others count what the hardware counts, where there is any.
 */
export const profileEvents = [
  'cpu-clock',
  'wall',
  'cycles',
  'instructions',
  'cache-misses',
  'branch-misses',
  'page-faults',
] as const;
export type ProfileEvent = (typeof profileEvents)[number];

export const callGraphChoices = ['auto', 'fp', 'dwarf'] as const;
/** How callers are found: by frame pointers, by copies of the stack, or by what a short trial says. */
export type CallGraphChoice = (typeof callGraphChoices)[number];

/** What is asked of a node. */
export interface ProfileRequest {
  readonly id: string;
  readonly target: ProfileTarget;
  readonly event: ProfileEvent;
  readonly durationMs: number;
  readonly frequencyHz: number;
  readonly callGraph: CallGraphChoice;
  /** True: functions that the compiler put into their callers are told apart, which takes longer. */
  readonly withInlined: boolean;
  /** Clock of the node, ms since the Unix epoch; null: at once. */
  readonly startAtMs: number | null;
}

/** Whom a profile of one process shows. */
export interface ProfiledProcess {
  readonly pid: number;
  readonly startTimeMs: number;
  readonly name: string;
  readonly command: string;
  readonly user: string;
}

/** How many of the frames have a name. */
export interface SymbolQuality {
  /** Share of the frames of all samples, 0 to 1. */
  readonly named: number;
  /** Why not more, and what helps; null where enough are. */
  readonly reason: Reason | null;
}

/** What weights count. `microseconds` last from the time of their sample on; `events` are what the hardware counted. */
export const weightUnits = ['samples', 'microseconds', 'events'] as const;
export type WeightUnit = (typeof weightUnits)[number];

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
  readonly sampledEvent: string | null;
  readonly unit: WeightUnit;
  /** perf's word for how callers were found; null before sampling. */
  readonly usedCallGraph: string | null;
  /** null until names were looked up. */
  readonly symbols: SymbolQuality | null;
  /** null until the agent has found it, and where the target is no process. */
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
  sampledEvent: null,
  unit: 'samples',
  usedCallGraph: null,
  symbols: null,
  process: null,
};

/** Everything about a profile but its stacks. */
export interface Profile extends Omit<ProfileRequest, 'target'>, ProfileState {
  readonly target: ProfileTarget | FileTarget;
  /** null: the profile has a part on each of several nodes, or came from a file. */
  readonly node: string | null;
  /** On how many nodes it was asked for; 0: it came from a file. */
  readonly nodeCount: number;
  /** The profile it is a part of. */
  readonly parentId: string | null;
  readonly createdTimeMs: number;
  /** Account that asked for it, or brought the file; absent: not known. */
  readonly startedBy?: string;
  /** Of a job: its owner when it was asked for; absent: it was not known. */
  readonly owner?: string;
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
 * a root; always smaller than i) and `self[i]`, the weight that ended exactly there.
 */
export interface StackTree {
  readonly frames: readonly Frame[];
  readonly parents: readonly number[];
  readonly frameIds: readonly number[];
  readonly self: readonly number[];
}

/** A thread that was sampled. Names are hostile. */
export interface ProfiledThread {
  readonly pid: number;
  readonly tid: number;
  /** Name of its process. */
  readonly process: string;
  readonly name: string;
  /** Number of its process among the step's tasks on this node; null outside of a job. */
  readonly localRank: number | null;
  /** Where the profile itself is of several nodes. */
  readonly node?: string;
}

/** Samples in order of time, in columns of one length. */
export interface SampleColumns {
  /** ms since the begin of the profile; null: they were too many, entries are sums by thread and stack. */
  readonly timesMs: readonly number[] | null;
  /** Place in the list of threads. */
  readonly threadIds: readonly number[];
  /** Node of the tree in which each ended. */
  readonly nodes: readonly number[];
  /** Samples, or microseconds from its time on. */
  readonly weights: readonly number[];
}

/** All that was recorded of a profile. */
export interface RecordedStacks extends StackTree {
  readonly threads: readonly ProfiledThread[];
  /** null: only the tree is known. */
  readonly samples: SampleColumns | null;
}

/** A portion of a profile's stacks: what chunk `index` adds to the chunks before it. Nodes come before samples that name them. */
export interface StackChunk extends RecordedStacks {
  readonly index: number;
  readonly last: boolean;
}

/** What the agent tells about a profile; null is not told yet. */
export interface ProfileReport extends ProfileState {
  readonly profileId: string;
  readonly stacks: StackChunk | null;
}
