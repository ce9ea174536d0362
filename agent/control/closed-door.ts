// Stands where the executor would be on a node that takes no commands. In: a command. Out: its refusal.
import type { Clock } from '../../shared/clock.ts';
import type { ExecutorDoor } from './executor-link.ts';

const reason = {
  code: 'control-off',
  message: 'The agent of this node takes no commands (control.executor is off); nothing was run.',
  remedy: 'To allow commands, set control.executor to child or socket in the configuration of the agent.',
};

export function closedDoor(clock: Clock): ExecutorDoor {
  return {
    run(_request, listener) {
      const state = { state: 'refused', exitCode: null, truncated: false } as const;
      queueMicrotask(() => listener({ kind: 'ended', timeMs: clock.now(), ...state, reason }));
      return { cancel: () => undefined, abandon: () => undefined };
    },
  };
}
