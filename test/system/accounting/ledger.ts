// The books of what a node generates, kept outside of everything under test. One line before an item is put, one after
// it with the number the spool gave it. Whoever is killed in between leaves an item that may or may not have been put.
// A process that is killed loses nothing that it wrote, so the lines need no sync: the machine stays up.
import { appendFileSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type ItemClass, itemClasses } from './numbered-items.ts';

export interface GeneratedItem {
  readonly dataClass: ItemClass;
  readonly number: number;
  readonly spoolId: string;
  /** null: it was being put when the process was killed. */
  readonly sequence: number | null;
}

export class LedgerWriter {
  readonly #descriptor: number;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'a');
  }

  begins(dataClass: ItemClass, number: number, spoolId: string): void {
    writeSync(this.#descriptor, `? ${dataClass} ${number} ${spoolId}\n`);
  }

  isPut(sequence: number): void {
    writeSync(this.#descriptor, `= ${sequence}\n`);
  }
}

export function readLedger(path: string): readonly GeneratedItem[] {
  if (!existsSync(path)) return [];
  const items: GeneratedItem[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [mark, word, number, spoolId = ''] = line.split(' ');
    const dataClass = itemClasses.find((name) => name === word);
    if (mark === '?' && dataClass !== undefined) {
      items.push({ dataClass, number: Number(number), spoolId, sequence: null });
    }
    const last = items.at(-1);
    if (mark === '=' && last !== undefined) items[items.length - 1] = { ...last, sequence: Number(word) };
  }
  return items;
}

/** A line that the kill cut off would run into the next one. */
export function mendLedger(path: string): void {
  if (existsSync(path) && !readFileSync(path, 'utf8').endsWith('\n')) appendFileSync(path, '\n');
}

export function highestNumber(items: readonly GeneratedItem[]): number {
  return items.reduce((highest, { number }) => Math.max(highest, number), 0);
}
