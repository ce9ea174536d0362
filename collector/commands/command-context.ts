// What the sub-commands of jidi-collector share: the words in the person's language, the configuration, the two outputs.
// Results go to stdout, progress to stderr: a script reads the one, a person the other.
import type { CollectorConfig } from '../config.ts';

export type Sentence = readonly [en: string, zh: string];

export interface CommandContext {
  /** Fills in `{names}`. */
  readonly say: (sentence: Sentence, values?: Readonly<Record<string, string | number>>) => string;
  /** Of the file and the flags given. Throws StartError. */
  config(): CollectorConfig;
  out(line: string): void;
  /** Text as it is; resolves when more may come. */
  pour(text: string): Promise<void>;
  /** A line for people beside the result. */
  warn(line: string): void;
  /** One line that the next one replaces on a terminal; nothing otherwise. */
  progress(text: string): void;
  end(exitCode: number): void;
}
