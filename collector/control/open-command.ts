// A command of which something is still awaited. Invariant: `targets` holds exactly the nodes that have not ended.
import {
  type Command,
  type CommandRequest,
  type CommandState,
  isCommandOver,
} from '../../shared/model/command.ts';

export interface OpenTarget {
  running: boolean;
  /** Monotonic ms. */
  deadlineMs: number;
}

export class OpenCommand {
  readonly request: CommandRequest;
  readonly targets = new Map<string, OpenTarget>();
  readonly #ended = new Map<CommandState, number>();
  cancelled = false;

  constructor({ targets, ...request }: Command, deadlineMs: number) {
    this.request = request;
    for (const { node, state } of targets) {
      if (isCommandOver(state)) this.#count(state);
      else this.targets.set(node, { running: state === 'running', deadlineMs });
    }
  }

  end(node: string, state: CommandState): void {
    if (this.targets.delete(node)) this.#count(state);
  }

  /** How many nodes ended in which state. */
  endStates(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#ended);
  }

  #count(state: CommandState): void {
    this.#ended.set(state, (this.#ended.get(state) ?? 0) + 1);
  }
}
