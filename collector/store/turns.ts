// Lets others have a turn during a long read: the returned function waits only when the last turn was long ago.
import { setImmediate } from 'node:timers/promises';

export type YieldTurn = () => Promise<void>;

export function createTurns(turnMs: number): YieldTurn {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < turnMs) return;
    await setImmediate();
    began = performance.now();
  };
}
