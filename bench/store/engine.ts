// The contract of a database that is measured. In: the same portions for all. Out: what it cost, and answers to the same
// questions. Its program runs in a process of its own, on this machine only.
import type { Programs } from '../measuring/started-programs.ts';
import type { Portion } from './data-set.ts';

/** What is asked. Times in seconds since the Unix epoch. */
export interface Questions {
  /** Some metrics of one node over a range, a value a minute. */
  nodePage(question: {
    node: string;
    metrics: readonly string[];
    from: number;
    to: number;
  }): Promise<unknown>;
  /** One metric of all nodes over a range, a value a minute. */
  acrossNodes(question: {
    nodes: readonly string[];
    metric: string;
    from: number;
    to: number;
  }): Promise<unknown>;
  /** The 99th percentile over all nodes, a value a minute. */
  percentile(question: {
    nodes: readonly string[];
    metric: string;
    from: number;
    to: number;
  }): Promise<unknown>;
  /** One metric of all nodes at a moment. */
  mapAt(question: { metric: string; at: number }): Promise<unknown>;
  /** One metric of all nodes now. */
  mapNow(question: { metric: string }): Promise<unknown>;
  /** One series over a range, a value a minute. */
  oneSeries(question: { node: string; metric: string; from: number; to: number }): Promise<unknown>;
}

export interface RunningEngine {
  /** Both may be others after `settle`. */
  readonly pid: number;
  readonly questions: Questions;
  /** Resolves when more may follow. */
  ingest(portion: Portion): Promise<void>;
  /** Resolves when everything that was handed over is accepted for good. */
  flush(): Promise<void>;
  /** Lets it do the work that it would do later, merging and compacting; the CPU seconds of that. */
  settle(): Promise<number>;
  /** Ends it; the bytes that it has on disk then, everything counted. */
  finish(): Promise<number>;
}

export interface Engine {
  readonly name: string;
  /** null: it can be started. */
  readonly lack: string | null;
  start(programs: Programs, nodes: readonly string[]): Promise<RunningEngine>;
}
