// Why something is not as asked for, in a form for programs and for people.

export interface Reason {
  /** Stable word, e.g. `perf-missing`. */
  readonly code: string;
  /** Sentence that names the subject. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}
