// What a command file needs to add its command to the program.
import type { Command } from 'commander';
import type { Language, Say } from './language/language.ts';
import type { Session } from './session.ts';

export interface CommandContext {
  readonly language: Language;
  readonly say: Say;
  /** Opens the session of the command that was called. */
  session(command: Command): Session;
  /** Keeps the exit code of the command that ran. */
  end(exitCode: number): void;
}
