// Talks to a perf that waits for words. In: `enable`, `disable`. Out: that perf has done it.
// perf needs up to a second and a half to begin, most of it for the names of the kernel; told when to sample, it begins and ends
// to the hundredth of a second. (perf-record(1), --control)
import { Readable, Writable } from 'node:stream';
import type { PerfRun } from './perf-program.ts';

/** What perf gets: words on descriptor 3, answers on 4. */
export const controlArguments = ['--delay', '-1', '--control', 'fd:3,4'] as const;
export const controlDescriptors = ['pipe', 'pipe'] as const;

/** A perf before 5.10 knows neither option. */
export function isWithoutControl(complaint: string): boolean {
  return /unknown option `?(control|delay)|control.*(unknown|invalid)/i.test(complaint);
}

export class PerfControl {
  readonly #words: Writable | undefined;
  readonly #waiting: (() => void)[] = [];

  constructor({ streams }: Pick<PerfRun, 'streams'>) {
    const [words, answers] = [streams[3], streams[4]];
    if (!(words instanceof Writable) || !(answers instanceof Readable)) return;
    // A perf that has ended takes no more words; its exit says so.
    words.on('error', () => undefined);
    answers.on('error', () => undefined);
    answers.on('data', (bytes: Buffer) => {
      for (const byte of bytes) if (byte === 10) this.#waiting.shift()?.();
    });
    this.#words = words;
  }

  /** Settles when perf has done it; never when it cannot. */
  ask(word: 'enable' | 'disable'): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#words?.write(`${word}\n`);
    });
  }
}
