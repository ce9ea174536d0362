// One running action: its deadline, its output, who listens. Out: `started`, `output` …, `ended`.
// A listener that joins late hears what comes from then on.
//
// Invariants: `ended` is said once, after `onEnd` has returned; whatever the action does, it ends at its deadline.

import type { Reason } from '../shared/model/reason.ts';
import type { Action, ActionContext, ActionOutcome, ActionPolicy, Machine } from './action.ts';
import { Output } from './output.ts';
import { runProgram } from './program.ts';
import type { EndedEvent, ExecutorEvent } from './protocol.ts';

export interface RunPlan {
  readonly action: Action;
  readonly parameters: Readonly<Record<string, string>>;
  readonly policy: ActionPolicy;
  readonly policyFile: string;
  readonly machine: Machine;
  readonly timeoutMs: number;
}

type Interruption = 'timed-out' | 'cancelled';

const readLimitBytes = 64 * 1024;

export class Run {
  readonly plan: RunPlan;
  readonly over: Promise<void>;
  readonly #onEnd: (ended: EndedEvent) => void;
  readonly #abort = new AbortController();
  readonly #listeners = new Set<(event: ExecutorEvent) => void>();
  readonly #output = new Output((text) => this.#say({ kind: 'output', text }));
  #interruption: Interruption | undefined;
  #resolveOver: () => void;

  constructor(plan: RunPlan, onEnd: (ended: EndedEvent) => void) {
    this.plan = plan;
    this.#onEnd = onEnd;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.#resolveOver = resolve;
  }

  start(listener: (event: ExecutorEvent) => void): void {
    this.join(listener);
    const deadline = setTimeout(() => this.#interrupt('timed-out'), this.plan.timeoutMs);
    void this.#perform().then((outcome) => {
      clearTimeout(deadline);
      const ended = this.#conclude(outcome);
      this.#onEnd(ended);
      this.#say(ended);
      this.#resolveOver();
    });
  }

  /** Hears everything from now on. */
  join(listener: (event: ExecutorEvent) => void): void {
    this.#listeners.add(listener);
    listener({ kind: 'started', timeMs: Date.now() });
  }

  cancel(): void {
    this.#interrupt('cancelled');
  }

  #interrupt(why: Interruption): void {
    this.#interruption ??= why;
    this.#abort.abort();
  }

  async #perform(): Promise<ActionOutcome | Error> {
    try {
      return await this.plan.action.run(this.#context());
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #context(): ActionContext {
    const { signal } = this.#abort;
    return {
      ...this.plan,
      signal,
      write: (text) => this.#output.write(text),
      run: (file, args) =>
        runProgram({ file, args, signal, stdout: this.#output.stream(), stderr: this.#output.stream() }),
      read: async (file, args) => {
        let text = '';
        const kept = new Output((piece) => (text += piece), readLimitBytes);
        const exitCode = await runProgram({
          file,
          args,
          signal,
          stdout: kept.stream(),
          stderr: kept.stream(),
        });
        return { exitCode, text };
      },
    };
  }

  #conclude(outcome: ActionOutcome | Error): EndedEvent {
    const base = { kind: 'ended', timeMs: Date.now(), truncated: this.#output.truncated } as const;
    if (this.#interruption !== undefined) {
      const reason = interruptionReason(this.#interruption, this.plan);
      return { ...base, state: this.#interruption, exitCode: null, reason };
    }
    if (outcome instanceof Error) {
      return { ...base, state: 'failed', exitCode: null, reason: cannotRun(this.plan.action.name, outcome) };
    }
    const state = outcome.exitCode === 0 && outcome.reason === null ? 'finished' : 'failed';
    return { ...base, state, exitCode: outcome.exitCode, reason: outcome.reason };
  }

  #say(event: ExecutorEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function interruptionReason(why: Interruption, plan: RunPlan): Reason {
  const { name } = plan.action;
  return why === 'cancelled'
    ? {
        code: 'cancelled',
        message: `${name} was ended before it was done.`,
        remedy: 'Look at the node: it may have had part of its effect.',
      }
    : {
        code: 'timed-out',
        message: `${name} was not done after ${plan.timeoutMs / 1000} s and was ended.`,
        remedy: 'Look at the node, or ask again with a longer time-out.',
      };
}

function cannotRun(name: string, error: Error): Reason {
  return {
    code: 'cannot-run',
    message: `${name} could not be run: ${error.message}.`,
    remedy: 'Check the program that it runs on this node.',
  };
}
