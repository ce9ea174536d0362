import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../../../collector/store/store.ts';
import { Transferred } from '../../../../collector/store/threads/calls.ts';
import { type RunningThread, startThread } from '../../../../collector/store/threads/thread.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { StartError } from '../../../../shared/errors.ts';
import type { OddHandlers } from './odd-thread.ts';

const program = join(import.meta.dirname, 'odd-thread.ts');

interface Started {
  readonly thread: RunningThread<OddHandlers>;
  /** Resolves with what `onDeath` was told. */
  readonly death: Promise<Error>;
  readonly deaths: readonly Error[];
}

async function start(options: { maxUnderWay?: number; clock?: Clock } = {}): Promise<Started> {
  const deaths: Error[] = [];
  const { promise, resolve } = Promise.withResolvers<Error>();
  const thread = await startThread<OddHandlers>({
    ...options,
    name: 'odd thread',
    program,
    data: null,
    heapMiB: 64,
    onDeath(error) {
      deaths.push(error);
      resolve(error);
    },
  });
  onTestFinished(() => thread.stop());
  return { thread, death: promise, deaths };
}

describe('calls to a thread', () => {
  test('arguments go in, results come back, in whatever order they are ready', async () => {
    const { thread } = await start();
    const sums = await Promise.all([1, 2, 3].map((n) => thread.calls.add(n, 10)));
    expect(sums).toEqual([11, 12, 13]);
    expect(thread.statistics()).toEqual({ underWay: 0, refused: 0, late: 0 });
  });

  test('buffers that are handed over arrive whole and are gone on the other side', async () => {
    const { thread } = await start();
    const numbers = await thread.calls.numbers(1000);
    expect([numbers.length, numbers[999]]).toEqual([1000, 999]);
    expect(await thread.calls.isHandedOver()).toBe(true);
    expect(await thread.calls.sum(new Transferred(numbers, [numbers]))).toBe(499_500);
    expect(numbers.length).toBe(0);
  });

  test('a short call is answered while a long one goes on', async () => {
    const { thread } = await start();
    let isOver = false;
    const long = thread.calls.slices(200_000).then((count) => {
      isOver = true;
      return count;
    });
    const seen = [await thread.calls.slice(), await thread.calls.slice()];
    expect(isOver).toBe(false);
    expect(Math.max(...seen)).toBeLessThan(200_000);
    expect(await long).toBe(200_000);
  });

  test('an error keeps its kind, its words and its stack', async () => {
    const { thread } = await start();
    const full = await thread.calls.failFull().catch((error: unknown) => error);
    expect(full).toBeInstanceOf(StoreError);
    expect(full).toMatchObject({ code: 'disk-full', message: 'store x: the disk is full' });
    expect(full).toHaveProperty('cause.message', 'ENOSPC');
    const odd = await thread.calls.failOddly().catch((error: unknown) => error);
    expect(odd).toMatchObject({ name: 'RangeError', message: 'odd' });
    expect(odd).toHaveProperty('stack', expect.stringContaining('odd-thread.ts'));
  });

  test('what cannot be cloned fails its own call only', async () => {
    const { thread } = await start();
    await expect(thread.calls.functionAsResult()).rejects.toMatchObject({ name: 'DataCloneError' });
    const wrong = (() => 1) as unknown as number;
    await expect(thread.calls.add(wrong, 1)).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await thread.calls.add(1, 1)).toBe(2);
  });

  test('a call beyond the bound is refused and counted', async () => {
    const { thread } = await start({ maxUnderWay: 2 });
    const waiting = [thread.calls.never(), thread.calls.never()];
    for (const call of waiting) call.catch(() => {});
    await expect(thread.calls.add(1, 1)).rejects.toMatchObject({ name: 'StoreError', code: 'busy' });
    expect(thread.statistics()).toEqual({ underWay: 2, refused: 1, late: 0 });
  });

  test('a call without an answer fails at its deadline', async () => {
    let ring = (): void => {};
    const clock: Clock = {
      now: () => 0,
      monotonic: () => 0,
      after(_ms, run) {
        ring = run;
        return () => {};
      },
    };
    const { thread } = await start({ clock });
    const call = thread.calls.never();
    ring();
    await expect(call).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('never') });
    expect(thread.statistics()).toMatchObject({ underWay: 0, late: 1 });
  });
});

describe('the life of a thread', () => {
  test('what keeps it from opening reaches the one who starts it', async () => {
    const starting = startThread<OddHandlers>({
      name: 'odd thread',
      program,
      data: 'refuse',
      heapMiB: 64,
      onDeath: () => {},
    });
    const error = await starting.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({ message: 'the folder is locked', remedy: 'Stop the other one.' });
  });

  test('a program that is not there fails the start', async () => {
    const absent = { name: 'x', program: join(import.meta.dirname, 'absent.ts'), data: null, heapMiB: 64 };
    await expect(startThread<OddHandlers>({ ...absent, onDeath: () => {} })).rejects.toThrow(/absent/);
  });

  test.each(['die', 'exit'] as const)('its death (%s) fails every call and is told once', async (how) => {
    const { thread, death, deaths } = await start();
    const waiting = thread.calls.never();
    thread.calls[how]().catch(() => {});
    await expect(waiting).rejects.toMatchObject({ name: 'StoreError', code: 'closed' });
    expect((await death).message).toMatch(how === 'die' ? /odd thread.*a bug/ : /odd thread.*exit code 3/);
    await expect(thread.calls.add(1, 1)).rejects.toMatchObject({ code: 'closed' });
    await thread.stop();
    expect(deaths).toHaveLength(1);
  });

  test('one that was told to stop has not died', async () => {
    const { thread, deaths } = await start();
    await Promise.all([thread.stop(), thread.stop()]);
    await expect(thread.calls.add(1, 1)).rejects.toMatchObject({ code: 'closed' });
    expect(deaths).toEqual([]);
  });
});
