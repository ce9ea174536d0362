// The control part's contract: what people may start, stop and ask for. It keeps the life cycle of profiles and
// commands, hands directives to the nodes that are connected and writes the audit log.
//
// Errors: ControlError with a stable code; the HTTP layer turns it into a problem.
import type { CommandRequest } from '../../shared/model/command.ts';
import type { CallGraphChoice, ProfileEvent, ProfileTarget } from '../../shared/model/profile.ts';

/** Who asked, as an account; absent: not known. */
interface Asked {
  readonly startedBy?: string;
}

export interface StartProfileOrder extends Asked {
  /** Expanded names. None: with a job, all nodes that run it; else nothing. */
  readonly nodes: readonly string[];
  readonly target: ProfileTarget;
  readonly event: ProfileEvent;
  readonly durationMs: number;
  readonly frequencyHz: number;
  readonly callGraph: CallGraphChoice;
  readonly withInlined: boolean;
}

export interface StartContinuousOrder extends Asked {
  /** Expanded names. None: all nodes that run the job, found anew for each window. */
  readonly nodes: readonly string[];
  /** null: all that the nodes do. */
  readonly job: string | null;
  readonly event: ProfileEvent;
  readonly frequencyHz: number;
  readonly windowMs: number;
}

export interface RunCommandOrder {
  readonly action: string;
  /** Expanded node names, at least one. An empty list never means all. */
  readonly nodes: readonly string[];
  readonly parameters: CommandRequest['parameters'];
  readonly timeoutMs: number;
}

export interface ActionDescription {
  readonly name: string;
  readonly description: string;
  readonly changesNode: boolean;
  readonly parameters: readonly {
    readonly name: string;
    readonly description: string;
    /** Anchored regular expression that a value must match. */
    readonly pattern: string;
    readonly required: boolean;
  }[];
}

/** `actor` is who asked, for the audit log. Each resolves once the order is stored; the outcome comes later. */
export interface Control {
  /** Resolves with the new profile's id. */
  startProfile(order: StartProfileOrder, actor: string): Promise<string>;
  stopProfile(id: string, actor: string): Promise<void>;
  /** A profile that is not over is stopped first. */
  deleteProfile(id: string, actor: string): Promise<void>;
  /** Resolves with the new continuous profile's id. */
  startContinuous(order: StartContinuousOrder, actor: string): Promise<string>;
  /** Its windows stay. */
  stopContinuous(id: string, actor: string): Promise<void>;
  /** Resolves with the new command's id. */
  runCommand(order: RunCommandOrder, actor: string): Promise<string>;
  cancelCommand(id: string, actor: string): Promise<void>;
  actions(): readonly ActionDescription[];
}

export type ControlErrorCode =
  | 'unknown-node'
  | 'node-not-connected'
  | 'unknown-action'
  | 'bad-parameter'
  | 'unknown-job'
  | 'unknown-process'
  | 'not-yours'
  | 'unknown-profile'
  | 'unknown-command'
  | 'already-over'
  | 'too-many';

export class ControlError extends Error {
  readonly code: ControlErrorCode;
  readonly remedy: string;

  constructor(code: ControlErrorCode, message: string, remedy: string) {
    super(message);
    this.name = 'ControlError';
    this.code = code;
    this.remedy = remedy;
  }
}
