// In: how long a message must wait, and why. Out: a promise that resolves then; the wait is counted.
import type { Wait } from './agent-budget.ts';
import type { SessionDeps } from './session-deps.ts';
import { countUp } from './statistics.ts';

export function pause(
  { clock, statistics }: Pick<SessionDeps, 'clock' | 'statistics'>,
  { ms, reason }: Wait,
): Promise<void> {
  countUp(statistics.limited, reason);
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
