// Work that many nodes of one program get at the same moment, done one after another with pauses, so that the streams of all of
// them go on. In: pieces of work. Out: the first is done at once, the others wait.

export class Turns {
  readonly #waiting: (() => void)[] = [];
  #isBusy = false;

  take(work: () => void): void {
    if (this.#isBusy) this.#waiting.push(work);
    else this.#do(work);
  }

  #do(work: () => void): void {
    this.#isBusy = true;
    const began = performance.now();
    work();
    // As long a pause as the work took.
    setTimeout(() => this.#next(), performance.now() - began);
  }

  #next(): void {
    this.#isBusy = false;
    const work = this.#waiting.shift();
    if (work !== undefined) this.#do(work);
  }
}
