// In: directives of the collector, each perhaps twice. Out: reports in the spool.
// Profiles go to the profiler, commands to the executor; it decides nothing itself but how many at once.
//
// Invariants: an id is begun once while it runs or is remembered; at most `maxCommands` run at once.
import type { ExecutorEvent } from '../../executor/protocol.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/log.ts';
import type { CommandReport, CommandRequest } from '../../shared/model/command.ts';
import type { Directive } from '../../shared/model/directive.ts';
import type { Reason } from '../../shared/model/reason.ts';
import type { Profiler } from '../profiler/profiler.ts';
import type { Spool } from '../spool/spool.ts';
import { CommandReporter } from './command-reporter.ts';
import type { ExecutorDoor, RunningCommand } from './executor-link.ts';

export interface AgentControlOptions {
  readonly profiler: Profiler;
  readonly executor: ExecutorDoor;
  readonly spool: Pick<Spool, 'put' | 'hasRoom'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface AgentControlStatistics {
  readonly running: number;
  readonly begun: number;
  /** Directives for commands that were begun already. */
  readonly repeated: number;
  readonly refused: number;
}

const maxCommands = 16;
const rememberedCommands = 1_000;

interface Relay {
  readonly running: RunningCommand;
  readonly reporter: CommandReporter;
}

export class AgentControl {
  readonly #options: AgentControlOptions;
  readonly #relays = new Map<string, Relay>();
  /** Ids that have ended, oldest first. */
  readonly #ended = new Set<string>();
  #begun = 0;
  #repeated = 0;
  #refused = 0;
  #closed = false;

  constructor(options: AgentControlOptions) {
    this.#options = options;
  }

  get statistics(): AgentControlStatistics {
    return {
      running: this.#relays.size,
      begun: this.#begun,
      repeated: this.#repeated,
      refused: this.#refused,
    };
  }

  handle(directive: Directive): void {
    if (this.#closed) return;
    const { profiler, spool } = this.#options;
    switch (directive.kind) {
      case 'start-profile':
        profiler.start(directive.request, (report) => spool.put({ kind: 'profile', report }));
        return;
      case 'stop-profile':
        profiler.stop(directive.profileId);
        return;
      case 'run-command':
        this.#run(directive.request);
        return;
      case 'cancel-command':
        this.#relays.get(directive.commandId)?.running.cancel();
    }
  }

  /** Lets go of running commands; the executor keeps their outcomes until it is asked again. */
  close(): void {
    this.#closed = true;
    for (const { running, reporter } of this.#relays.values()) {
      running.abandon();
      reporter.close();
    }
    this.#relays.clear();
  }

  #run(request: CommandRequest): void {
    const { id } = request;
    if (this.#relays.has(id) || this.#ended.has(id)) {
      this.#repeated += 1;
      return;
    }
    const { clock, executor, log, spool } = this.#options;
    if (!spool.hasRoom('result')) {
      // Not even a refusal could be kept; the collector asks again and gives up after its deadline.
      this.#refused += 1;
      log.warn({ command: id }, 'command not begun: too many results wait for the collector');
      return;
    }
    if (this.#relays.size >= maxCommands) return this.#refuse(request, tooMany);
    this.#begun += 1;
    log.info({ command: id, action: request.action, requester: request.requester }, 'command begins');
    const reporter = new CommandReporter({
      commandId: id,
      clock,
      report: (report) => this.#report(report),
    });
    const running = executor.run(request, (event) => this.#hear(id, reporter, event));
    this.#relays.set(id, { running, reporter });
  }

  #hear(id: string, reporter: CommandReporter, event: ExecutorEvent): void {
    reporter.hear(event);
    if (event.kind !== 'ended') return;
    this.#relays.delete(id);
    this.#remember(id);
    const { state, exitCode, reason } = event;
    this.#options.log.info({ command: id, state, exitCode, reason: reason?.code }, 'command ended');
  }

  #refuse(request: CommandRequest, reason: Reason): void {
    this.#refused += 1;
    const timeMs = this.#options.clock.now();
    const nothing = { output: '', truncated: false, exitCode: null };
    this.#report({ commandId: request.id, state: 'refused', ...nothing, reason, timeMs });
  }

  #report(report: CommandReport): void {
    this.#options.spool.put({ kind: 'command', report });
  }

  #remember(id: string): void {
    this.#ended.add(id);
    if (this.#ended.size <= rememberedCommands) return;
    const [oldest] = this.#ended;
    if (oldest !== undefined) this.#ended.delete(oldest);
  }
}

const tooMany: Reason = {
  code: 'busy',
  message: `${maxCommands} commands run on this node already; nothing was run.`,
  remedy: 'Wait until some have ended and ask again.',
};
