// Waiting for an answer from outside this program for only so long. In: a promise. Out: it settles with it, or resolves
// when the patience is over; then the answer comes with a later reading.
import type { Clock } from '../../shared/clock.ts';

export function waitAtMost(clock: Clock, patienceMs: number, answer: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(patienceMs, resolve);
    answer.then(() => resolve(), reject).finally(cancel);
  });
}
