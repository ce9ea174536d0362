// The contract of an action. One file per action in actions/, one line in catalogue.ts, one test.
// An action names what it does and which parameters it takes; it runs programs only through its context.
import type { Reason } from '../shared/model/reason.ts';

export interface ActionParameter {
  readonly name: string;
  readonly description: string;
  /** Anchored regular expression that a value must match. */
  readonly pattern: string;
  readonly required: boolean;
}

export interface ActionDefinition {
  /** Lower case with dashes: what people type. */
  readonly name: string;
  readonly description: string;
  /** Actions that change the node are off in the shipped policy and run one at a time. */
  readonly changesNode: boolean;
  readonly parameters: readonly ActionParameter[];
}

/** A key that the policy may carry beside `allow`: a list of texts, or null where that is allowed. */
export interface ActionSetting {
  readonly name: string;
  readonly nullable: boolean;
}

/** What the node's policy says about an action. */
export interface ActionPolicy {
  readonly allow: boolean;
  readonly settings: Readonly<Record<string, readonly string[] | null>>;
}

export interface ActionOutcome {
  readonly exitCode: number;
  /** null when it did what it should. */
  readonly reason: Reason | null;
}

/** Where an action looks at the machine; tests give other places. */
export interface Machine {
  /** Is there exactly while systemd is the init system. */
  readonly systemdFolder: string;
  readonly procFolder: string;
  readonly systemctl: string;
  /** Where the agent of this node looks whether it shall be quiet. */
  readonly quietFolder: string;
}

export interface ActionContext {
  readonly parameters: Readonly<Record<string, string>>;
  readonly policy: ActionPolicy;
  /** For messages that say where to change something. */
  readonly policyFile: string;
  readonly machine: Machine;
  /** Aborted on time-out, cancel and stop. */
  readonly signal: AbortSignal;
  /** Adds to the command's output. */
  write(text: string): void;
  /** Runs a program without a shell; its output becomes the command's output. */
  run(file: string, args: readonly string[]): Promise<number>;
  /** Runs a program without a shell and keeps what it prints, at most 64 KiB. */
  read(file: string, args: readonly string[]): Promise<{ readonly exitCode: number; readonly text: string }>;
}

export interface Action extends ActionDefinition {
  readonly settings: readonly ActionSetting[];
  /** The node's policy on these parameters; throws a Refusal. Runs before anything is recorded as begun. */
  check(context: Pick<ActionContext, 'parameters' | 'policy' | 'policyFile' | 'machine'>): void;
  run(context: ActionContext): Promise<ActionOutcome>;
}
