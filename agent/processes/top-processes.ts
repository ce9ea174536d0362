// Picks the processes worth telling: the first by CPU, by resident memory and by storage I/O, each once.
// In: the table's entries. Out: at most three times `perList` of them, the busiest first. Idle ones never rank.
import type { TrackedProcess } from './process-table.ts';

type Measure = (process: TrackedProcess) => number;

const measures: readonly Measure[] = [
  (process) => process.cpuRatio,
  (process) => process.residentPages,
  (process) => (process.readRate ?? 0) + (process.writeRate ?? 0),
];

export function topProcesses(processes: Iterable<TrackedProcess>, perList: number): TrackedProcess[] {
  const lists = measures.map((measure) => new TopList(measure, perList));
  for (const process of processes) for (const list of lists) list.offer(process);
  const union = new Set(lists.flatMap((list) => list.members));
  return [...union].sort(
    (a, b) => b.cpuRatio - a.cpuRatio || b.residentPages - a.residentPages || a.pid - b.pid,
  );
}

/** Holds the largest members in falling order; most offers end at one comparison. */
class TopList {
  readonly members: TrackedProcess[] = [];
  readonly #measure: Measure;
  readonly #capacity: number;
  #threshold = 0;

  constructor(measure: Measure, capacity: number) {
    this.#measure = measure;
    this.#capacity = capacity;
  }

  offer(process: TrackedProcess): void {
    const value = this.#measure(process);
    if (value <= this.#threshold) return;
    const { members } = this;
    const measure = this.#measure;
    let at = members.length;
    while (at > 0 && value > measureOf(members[at - 1], measure)) at -= 1;
    members.splice(at, 0, process);
    if (members.length > this.#capacity) members.pop();
    if (members.length === this.#capacity) this.#threshold = measureOf(members.at(-1), measure);
  }
}

function measureOf(process: TrackedProcess | undefined, measure: Measure): number {
  return process === undefined ? 0 : measure(process);
}
