// A thread for the tests of calls. It serves a few odd functions, and refuses to open when it is told to.

import { StoreError } from '../../../../collector/store/store.ts';
import { Transferred } from '../../../../collector/store/threads/calls.ts';
import { serveThread } from '../../../../collector/store/threads/thread-program.ts';
import { createTurns } from '../../../../collector/store/turns.ts';
import { StartError } from '../../../../shared/errors.ts';

export interface OddHandlers {
  add(a: number, b: number): number;
  numbers(count: number): Promise<Transferred<Float64Array<ArrayBuffer>>>;
  sum(numbers: Float64Array<ArrayBuffer>): number;
  isHandedOver(): boolean;
  /** Long: so many slices. */
  slices(count: number): Promise<number>;
  /** At which slice it is. */
  slice(): number;
  failFull(): never;
  failOddly(): never;
  functionAsResult(): unknown;
  never(): Promise<void>;
  die(): void;
  exit(): void;
  close(): void;
}

let slice = 0;
let given: Float64Array<ArrayBuffer> | undefined;

const handlers: OddHandlers = {
  add: (a, b) => a + b,
  numbers: async (count) => {
    given = new Float64Array(count).map((_, place) => place);
    await Promise.resolve();
    return new Transferred(given, [given, given.subarray(1)]);
  },
  sum: (numbers) => numbers.reduce((sum, n) => sum + n, 0),
  isHandedOver: () => given?.length === 0,
  slices: async (count) => {
    const yieldTurn = createTurns(0);
    for (slice = 0; slice < count; slice += 1) await yieldTurn();
    return slice;
  },
  slice: () => slice,
  failFull: () => {
    throw new StoreError('disk-full', 'store x: the disk is full', { cause: new Error('ENOSPC') });
  },
  failOddly: () => {
    throw new RangeError('odd');
  },
  functionAsResult: () => () => {},
  never: () => new Promise(() => {}),
  die: () => {
    setImmediate(() => {
      throw new TypeError('a bug');
    });
  },
  exit: () => process.exit(3),
  close: () => {},
};

await serveThread<OddHandlers>((data) => {
  if (data === 'refuse') throw new StartError('the folder is locked', 'Stop the other one.');
  return handlers;
});
