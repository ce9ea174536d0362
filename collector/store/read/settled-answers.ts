// In: a question about a partition file. Out: its answer, remembered as long as the file is as it was: then it is not even opened.
// A file that changed a moment ago is asked each time: the clock of file systems is coarse.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Partition } from '../partitions/tier.ts';

const settledMs = 1_000;

interface Remembered<T> {
  readonly stamp: string;
  readonly answer: T;
}

export class SettledAnswers<T> {
  readonly #root: string;
  readonly #limit: number;
  /** By path and question, in the order of their last use. */
  readonly #answers = new Map<string, Remembered<T>>();

  constructor(root: string, limit: number) {
    this.#root = root;
    this.#limit = limit;
  }

  /** `ask` answers undefined when it cannot; that is not remembered. */
  get(partition: Partition, question: string, ask: () => T | undefined): T | undefined {
    const key = `${partition.path} ${question}`;
    const stamp = stampOf(join(this.#root, partition.path));
    const known = this.#answers.get(key);
    this.#answers.delete(key);
    const answer = known !== undefined && known.stamp === stamp ? known.answer : ask();
    if (answer === undefined || stamp === undefined) return answer;
    this.#answers.set(key, { stamp, answer });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > this.#limit && oldest !== undefined) this.#answers.delete(oldest);
    return answer;
  }
}

/** undefined: it is gone, or changed so shortly before that this may not tell. What is new lies in the WAL first. */
function stampOf(file: string): string | undefined {
  const texts: string[] = [];
  for (const path of [file, `${file}-wal`]) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined && path === file) return undefined;
    if (found !== undefined && Date.now() - found.mtimeMs < settledMs) return undefined;
    texts.push(found === undefined ? 'none' : `${found.ino} ${found.size} ${found.mtimeMs}`);
  }
  return texts.join(' ');
}
