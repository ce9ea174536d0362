// Picks the processes worth telling: the first by CPU, by resident memory, by storage I/O, by GPU memory, and those that
// wait uninterruptibly the longest, each once; then their ancestors, so that a tree can be drawn.
// In: the table's entries. Out: a bounded number of them, the busiest first, ancestors last. Idle ones never rank.
import { stateCodes, type TrackedProcess } from './tracked-process.ts';

type Measure = (process: TrackedProcess) => number;

const busiestFirst = (a: TrackedProcess, b: TrackedProcess): number =>
  b.cpuRatio - a.cpuRatio || b.residentPages - a.residentPages || a.pid - b.pid;

export interface TopOptions {
  readonly perList: number;
  /** All lists and ancestors together. */
  readonly most: number;
  readonly nowMs: number;
  /** Bytes by pid. */
  readonly gpuMemory: ReadonlyMap<number, number>;
}

export function topProcesses(
  processes: ReadonlyMap<number, TrackedProcess>,
  { perList, most, nowMs, gpuMemory }: TopOptions,
): TrackedProcess[] {
  const cpu = new TopList((process) => process.cpuRatio, perList);
  const memory = new TopList((process) => process.residentPages, perList);
  const storage = new TopList(
    ({ storage: { readRate, writeRate } }) => (readRate ?? 0) + (writeRate ?? 0),
    perList,
  );
  const gpu = new TopList((process) => gpuMemory.get(process.pid) ?? 0, perList);
  const waiting = new TopList((process) => nowMs - process.stateSinceMs + 1, perList);
  for (const process of processes.values()) {
    // Thousands are idle: two comparisons must do for them.
    if (process.idleReadings <= 0) {
      cpu.offer(process);
      storage.offer(process);
    }
    if (process.residentPages > memory.threshold) memory.offer(process);
    if (process.state === stateCodes.uninterruptible) waiting.offer(process);
  }
  for (const pid of gpuMemory.keys()) {
    const process = processes.get(pid);
    if (process !== undefined) gpu.offer(process);
  }
  const lists = [cpu, memory, storage, gpu, waiting].flatMap(({ members }) => members);
  const top = [...new Set(lists)].sort(busiestFirst).slice(0, most);
  return [...top, ...ancestorsOf(top, processes, most - top.length)];
}

function ancestorsOf(
  top: readonly TrackedProcess[],
  processes: ReadonlyMap<number, TrackedProcess>,
  most: number,
): readonly TrackedProcess[] {
  const told = new Set(top);
  const ancestors: TrackedProcess[] = [];
  for (const process of top) {
    let parent = processes.get(process.parentPid);
    // Ends also where pids that were used again make a ring.
    while (parent !== undefined && !told.has(parent) && ancestors.length < most) {
      told.add(parent);
      ancestors.push(parent);
      parent = processes.get(parent.parentPid);
    }
  }
  return ancestors;
}

/** Holds the largest members in falling order; most offers end at one comparison. */
class TopList {
  readonly members: TrackedProcess[] = [];
  readonly #measure: Measure;
  readonly #capacity: number;
  /** What does not exceed it cannot be among the largest. */
  threshold = 0;

  constructor(measure: Measure, capacity: number) {
    this.#measure = measure;
    this.#capacity = capacity;
  }

  offer(process: TrackedProcess): void {
    const value = this.#measure(process);
    if (value <= this.threshold) return;
    const { members } = this;
    const measure = this.#measure;
    let at = members.length;
    while (at > 0 && value > measureOf(members[at - 1], measure)) at -= 1;
    members.splice(at, 0, process);
    if (members.length > this.#capacity) members.pop();
    if (members.length === this.#capacity) this.threshold = measureOf(members.at(-1), measure);
  }
}

function measureOf(process: TrackedProcess | undefined, measure: Measure): number {
  return process === undefined ? 0 : measure(process);
}
