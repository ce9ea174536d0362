// In: the executor's events about one command. Out: reports, at most four per second however it talks, each with what
// is new since the one before.
import type { EndedEvent, ExecutorEvent } from '../../executor/protocol.ts';
import type { Clock } from '../../shared/clock.ts';
import type { CommandReport, CommandState } from '../../shared/model/command.ts';

export interface CommandReporterOptions {
  readonly commandId: string;
  readonly clock: Clock;
  readonly report: (report: CommandReport) => void;
}

const coalesceMs = 250;
/** UTF-16 units of one report: below 64 KiB in UTF-8. */
const reportLength = 20_000;

export class CommandReporter {
  readonly #options: CommandReporterOptions;
  #output = '';
  #stopTimer: (() => void) | undefined;

  constructor(options: CommandReporterOptions) {
    this.#options = options;
  }

  hear(event: ExecutorEvent): void {
    switch (event.kind) {
      case 'started':
        this.#tell('running', event.timeMs);
        return;
      case 'output':
        this.#collect(event.text);
        return;
      case 'ended':
        this.close();
        this.#tell(event.state, event.timeMs, event);
    }
  }

  /** No more timers; what was collected goes with `ended` or is dropped. */
  close(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #collect(text: string): void {
    if (this.#output.length + text.length > reportLength) this.#flush();
    this.#output += text;
    this.#stopTimer ??= this.#options.clock.after(coalesceMs, () => this.#flush());
  }

  #flush(): void {
    this.close();
    if (this.#output !== '') this.#tell('running', this.#options.clock.now());
  }

  #tell(state: CommandState, timeMs: number, ended?: EndedEvent): void {
    const output = this.#output;
    this.#output = '';
    this.#options.report({
      commandId: this.#options.commandId,
      state,
      output,
      truncated: ended?.truncated ?? false,
      exitCode: ended?.exitCode ?? null,
      reason: ended?.reason ?? null,
      timeMs,
    });
  }
}
