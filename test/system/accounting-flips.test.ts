// Single bits that flip in a store at rest, anywhere in it: `verify` tells each that changes anything, nothing wrong is
// ever read, and the rest stays readable.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { verifyStore } from '../../collector/store/upkeep/verify-store.ts';
import {
  answersOf,
  type Flip,
  type MadeStore,
  makeStore,
  openFlipped,
  randomFlip,
  type StoreBytes,
  spoolId,
  writeFlipped,
} from './accounting/flipped-store.ts';
import { readStoredItems } from './accounting/stored-items.ts';
import { isWhole } from './accounting/world.ts';

const flips = isWhole ? 2_000 : 30;
const firstMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 8 * 3_600_000;
/** What a damaged file may take with it: an hour of the three, and the log. */
const leastLeft = 0.2;

test(`${flips} single-bit flips over a whole store`, { timeout: 1_800_000 }, async () => {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'jidi-flips-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const made = await makeStore(join(folder, 'made'), firstMs);
  const answers = await untouched(join(folder, 'flipped'), made);
  const found: Record<string, Outcome> = {};
  const faults: string[] = [];
  for (let index = 0; index < flips; index += 1) {
    const isClosed = index % 2 === 1;
    const bytes = made.states[index % 2] ?? new Map();
    const flip = randomFlip(bytes);
    const outcome = await tryFlip({
      answers,
      folder: join(folder, 'flipped'),
      bytes,
      items: made.items,
      flip,
    });
    const kind = `${isClosed ? 'closed' : 'crashed'} ${flip.file.replace(/.*(?=-wal$)|^([^/]*).*$/, '$1')}`;
    const sum = (found[kind] ??= { flips: 0, told: 0, harmless: 0, problems: [] });
    sum.flips += 1;
    sum.told += outcome.told;
    sum.harmless += outcome.harmless;
    faults.push(...outcome.problems.map((words) => `${flip.file} bit ${flip.bit}: ${words}`));
  }
  process.stdout.write(`${JSON.stringify(found)}\n`);
  expect(faults).toEqual([]);
});

interface Outcome {
  flips: number;
  /** `verify` named the file. */
  told: number;
  /** Everything is there and right all the same: room that nothing uses. */
  harmless: number;
  readonly problems: readonly string[];
}

interface Trial {
  readonly answers: string;
  readonly folder: string;
  readonly bytes: StoreBytes;
  readonly items: MadeStore['items'];
  readonly flip: Flip;
}

/** What is answered when nothing is damaged. */
async function untouched(folder: string, { states, items }: MadeStore): Promise<string> {
  const [bytes] = states;
  if (bytes === undefined) throw new TypeError('no store');
  writeFlipped(folder, bytes, null);
  const store = await openFlipped(folder);
  const { numbers, wrong } = await readStoredItems(store, spoolId, firstMs);
  expect(wrong).toEqual([]);
  expect(numbers.metric.length + numbers.process.length).toBe(items.length);
  const answers = await answersOf(store, firstMs);
  await store.close();
  expect(await verifyStore(folder, { yieldTurn: async () => undefined })).toEqual([]);
  return answers;
}

async function tryFlip({ answers, folder, bytes, items, flip }: Trial): Promise<Outcome> {
  writeFlipped(folder, bytes, flip);
  const problems: string[] = [];
  const damages = await verifyStore(folder, { yieldTurn: async () => undefined });
  const isTold = damages.some(({ file }) => file.includes(flip.file.replace(/-wal$/, '')));
  let read = 0;
  let isRight = false;
  try {
    const store = await openFlipped(folder);
    try {
      const { numbers, wrong } = await readStoredItems(store, spoolId, firstMs);
      read = numbers.metric.length + numbers.process.length;
      const known = new Set(items.map(({ number }) => number));
      const foreign = [...numbers.metric, ...numbers.process].filter((number) => !known.has(number));
      if (foreign.length > 0) problems.push(`${foreign.length} are read that were never stored`);
      isRight = wrong.length === 0 && (await answersOf(store, firstMs)) === answers;
      problems.push(...wrong.filter((words) => !/ has \d+ of \d+ samples/.test(words)));
    } finally {
      await store.close();
    }
  } catch (error) {
    problems.push(`the store cannot be read: ${String(error)}`);
  }
  const isSame = read === items.length && isRight;
  if (!isTold && !isSame)
    problems.push(`not told, and ${items.length - read} of ${items.length} are missing`);
  if (read < items.length * leastLeft) problems.push(`only ${read} of ${items.length} are left`);
  return { flips: 1, told: isTold ? 1 : 0, harmless: !isTold && isSame ? 1 : 0, problems };
}
