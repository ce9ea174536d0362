import { describe, expect, test, vi } from 'vitest';
import { QuestionGate } from '../../../collector/query/question-gate.ts';
import { systemClock } from '../../../shared/clock.ts';

const limits = { atOnce: 2, waiting: 2, waitMs: 1_000 };

function asking(gate: QuestionGate) {
  const begun: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const ask = (number: number): Promise<number> =>
    gate.ask(async () => {
      begun.push(number);
      await promise;
      return number;
    });
  return { begun, ask, end: resolve };
}

describe('questions that read much', () => {
  test('are answered some at a time, the others after them in their order', async () => {
    const { begun, ask, end } = asking(new QuestionGate(systemClock, limits));
    const answers = [1, 2, 3, 4].map(ask);
    expect(begun).toEqual([1, 2]);
    end();
    expect(await Promise.all(answers)).toEqual([1, 2, 3, 4]);
    expect(begun).toEqual([1, 2, 3, 4]);
  });

  test('are refused at once when too many wait', async () => {
    const { ask, end } = asking(new QuestionGate(systemClock, limits));
    const answers = [1, 2, 3, 4].map(ask);
    await expect(ask(5)).rejects.toMatchObject({ code: 'too-busy', remedy: expect.stringMatching(/again/) });
    end();
    expect(await Promise.all(answers)).toEqual([1, 2, 3, 4]);
  });

  test('are refused when they have waited too long, and their place in the line is free again', async () => {
    vi.useFakeTimers();
    try {
      const gate = new QuestionGate(systemClock, limits);
      const { begun, ask, end } = asking(gate);
      const first = [1, 2].map(ask);
      const late = ask(3).catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(limits.waitMs);
      expect(await late).toMatchObject({ code: 'too-busy' });
      const others = [4, 5].map(ask);
      end();
      expect(await Promise.all([...first, ...others])).toEqual([1, 2, 4, 5]);
      expect(begun).toEqual([1, 2, 4, 5]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('that fail make room for the next', async () => {
    const gate = new QuestionGate(systemClock, { ...limits, atOnce: 1 });
    const failing = gate.ask(() => Promise.reject(new Error('no disk')));
    const next = gate.ask(() => Promise.resolve('answer'));
    await expect(failing).rejects.toThrow('no disk');
    expect(await next).toBe('answer');
  });
});
