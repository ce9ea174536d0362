// An answer from outside this program, a child process for instance, that a reading waits for only so long. What comes
// later is there at the next reading. Invariant: one question at a time; nothing that fails is thrown.
import type { Host } from '../../host/host.ts';

export class LateAnswer<Answer> {
  readonly #host: Host;
  #answer: Answer | null = null;
  #isAsking = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Resolves when the question has been answered or the patience is over. Asks nothing while a question is open. */
  ask(question: () => Promise<Answer | null>, patienceMs: number): Promise<void> {
    if (this.#isAsking) return Promise.resolve();
    this.#isAsking = true;
    return new Promise((resolve) => {
      const cancel = this.#host.clock.after(patienceMs, resolve);
      const end = (answer: Answer | null): void => {
        this.#isAsking = false;
        this.#answer = answer;
        cancel();
        resolve();
      };
      question().then(end, () => end(null));
    });
  }

  /** The newest answer; null when there is none or the question failed. */
  get answer(): Answer | null {
    return this.#answer;
  }

  /** True while a question has not been answered. */
  get isOpen(): boolean {
    return this.#isAsking;
  }

  forget(): void {
    this.#answer = null;
  }
}
