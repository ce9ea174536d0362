// What one run of a command works with: the collector, the outputs, the person's language, time and interrupts.
import type { Clock } from '../shared/clock.ts';
import { ApiClient } from './api-client.ts';
import { findPlace } from './contexts.ts';
import type { Language, Say } from './language/language.ts';
import { Output, type OutputFormat } from './output/output.ts';
import { type Screen, type StyledLine, screenLine } from './output/styled-text.ts';
import { columnsOf, type Interrupts, type Terminal } from './terminal.ts';

/** What the program is started with; nothing below main.ts asks the process itself. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly interrupts: Interrupts;
}

/** The options that every command has. */
export interface GlobalOptions {
  readonly url?: string;
  readonly token?: string;
  readonly output: OutputFormat;
  readonly headers: boolean;
}

export interface Session {
  readonly api: ApiClient;
  readonly output: Output;
  readonly say: Say;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly interrupts: Interrupts;
  readonly env: Environment['env'];
  /** Lines for the person, on stderr. */
  readonly note: (...lines: readonly StyledLine[]) => void;
}

export function openSession(
  options: GlobalOptions,
  environment: Environment,
  { language, say }: { readonly language: Language; readonly say: Say },
): Session {
  const { env, terminal, clock, interrupts } = environment;
  const color = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const screen: Screen = { color: color && terminal.stderrTty, columns: undefined };
  return {
    api: new ApiClient({ place: findPlace(env, { url: options.url, token: options.token }), language }),
    output: new Output({
      terminal,
      columns: columnsOf(env['COLUMNS']) ?? (terminal.stdoutTty ? terminal.columns : undefined),
      format: options.output,
      headers: options.headers,
      color: color && terminal.stdoutTty,
      manyColors: hasManyColors(env),
    }),
    say,
    terminal,
    clock,
    interrupts,
    env,
    note: (...lines) => terminal.writeError(lines.map((line) => screenLine(line, screen)).join('')),
  };
}

/** 256 of them: said by the terminal's name, or by the variable of those that have more. */
function hasManyColors(env: Environment['env']): boolean {
  return (
    (env['COLORTERM'] ?? '') !== '' || /256color|direct|kitty|alacritty|foot|ghostty/.test(env['TERM'] ?? '')
  );
}
