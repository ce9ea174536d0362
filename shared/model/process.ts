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
}

/** The top processes of one node at one tick: the union of the top lists by CPU, by memory and by I/O. */
export interface ProcessSnapshot {
  /** ms since the Unix epoch. */
  readonly timeMs: number;
  /** How many processes the node has in all. */
  readonly processCount: number;
  readonly processes: readonly ProcessSample[];
}
