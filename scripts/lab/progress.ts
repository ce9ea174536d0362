// What long work tells while it goes on: a line when a step begins and when it is over, with the time since the beginning,
// and now and then what the step is just doing.
const detailEveryMs = 5_000;

export class Progress {
  readonly #beginMs = performance.now();
  readonly #write: (line: string) => void;
  #lastDetailMs = 0;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  async step<T>(what: string, run: () => Promise<T>): Promise<T> {
    const beginMs = performance.now();
    this.#lastDetailMs = beginMs;
    this.tell(`${what} …`);
    const result = await run();
    this.tell(`${what}: ${seconds(performance.now() - beginMs)} s`);
    return result;
  }

  tell(line: string): void {
    this.#write(`[${seconds(performance.now() - this.#beginMs).padStart(6)} s] ${line}`);
  }

  /** What the step is at; most of it is left out. */
  readonly detail = (text: string): void => {
    const nowMs = performance.now();
    if (nowMs - this.#lastDetailMs < detailEveryMs) return;
    this.#lastDetailMs = nowMs;
    this.tell(`  ${text.trim().slice(0, 100)}`);
  };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
