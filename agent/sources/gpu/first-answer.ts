// Waiting for what a source has asked for from outside this program, once, at its first reading. In: a promise.
// Out: it resolves with it or when the host's patience is over; after that the answer comes with a later tick.
import type { Host } from '../../host/host.ts';

export function waitForFirst({ clock, firstAnswerMs }: Host, answer: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(firstAnswerMs, resolve);
    answer.then(resolve, reject).finally(cancel);
  });
}
