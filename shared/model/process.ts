// Processes as seen at one moment. A process is its pid together with its start time: pids are reused.

export interface ProcessIdentity {
  readonly pid: number;
  /** ms since the Unix epoch. */
  readonly startTimeMs: number;
}

export interface ProcessSample extends ProcessIdentity {
  readonly parentPid: number;
  /** The kernel's command name. Hostile text. */
  readonly name: string;
  /** Command line with secrets masked; empty for a kernel thread. Hostile text. */
  readonly command: string;
  readonly user: string;
  readonly uid: number;
  readonly threads: number;
  /** State letter of /proc/PID/stat, e.g. R, S, D, Z. */
  readonly state: string;
  /** CPU seconds per elapsed second since the previous snapshot; 1 is one core fully used. */
  readonly cpuRatio: number;
  /** Resident memory against the node's memory, 0 to 1. */
  readonly memoryRatio: number;
  readonly residentBytes: number;
  /** Bytes per second from and to storage; null where the agent may not see it. */
  readonly readBytesPerSecond: number | null;
  readonly writeBytesPerSecond: number | null;
  /** Scheduler job, as the scheduler writes it; null when none is known. */
  readonly job: string | null;
  /** Step of the job, as the scheduler writes it ('0', 'batch', 'extern'); null when none is known. */
  readonly step: string | null;
  /** Rank among the step's tasks on this node, from 0; null when none is known. */
  readonly localRank: number | null;
  /** True when its user has a job on this node and this process is in none. */
  readonly outsideJob: boolean;
  /** CPUs it may run on, as a list of the kernel ('0-3,8'); null when not known. */
  readonly allowedCpus: string | null;
  /** Kernel function in which it waits; null when it does not, or may not be seen. Hostile text. */
  readonly waitChannel: string | null;
  /** Context switches of its first thread per second; null when not known. */
  readonly voluntarySwitchesPerSecond: number | null;
  readonly involuntarySwitchesPerSecond: number | null;
  /** On all GPUs together; null when it uses none, or that cannot be seen. */
  readonly gpuMemoryBytes: number | null;
}

/**
 * The processes worth telling of one node at one tick: the union of the top lists by CPU, by memory, by I/O and by GPU
 * memory, and their ancestors.
 */
export interface ProcessSnapshot {
  /** ms since the Unix epoch. */
  readonly timeMs: number;
  /** How many processes the node has in all. */
  readonly processCount: number;
  /** How many of them have ended and were not waited for by their parents. */
  readonly zombieCount: number;
  /** How many of them wait in the kernel and cannot be interrupted: state D. */
  readonly uninterruptibleCount: number;
  readonly processes: readonly ProcessSample[];
}
