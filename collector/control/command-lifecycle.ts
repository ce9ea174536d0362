// Commands from request to end. In: orders, reports of nodes, the passing of time. Out: directives to nodes, records in
// the store and the audit log. The store decides how a report changes a target; here is only what is still open.
//
// Invariants: a directive goes out only after its command is stored; every open target has a deadline; what is over in
// the store is not open here; at most `maxCommands` commands and `maxTargets` targets are open.
import type { Clock } from '../../shared/clock.ts';
import {
  type Command,
  type CommandReport,
  type CommandState,
  type CommandTarget,
  isCommandOver,
} from '../../shared/model/command.ts';
import type { CommandStore, NodeStore } from '../store/store.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { ChangeGate } from './change-gate.ts';
import { ControlError, type RunCommandOrder } from './control.ts';
import { createId } from './identifiers.ts';
import { OpenCommand } from './open-command.ts';
import { checkCommand, requireKnownNodes, tooMany } from './order-checks.ts';
import type { Peers } from './peers.ts';
import { readBack } from './read-back.ts';
import { noAnswer, notConnected, type Verdict } from './verdicts.ts';

export interface CommandLifecycleOptions {
  readonly store: CommandStore & Pick<NodeStore, 'nodes'>;
  readonly peers: Peers;
  readonly changes: ChangeGate;
  readonly audit: AuditTrail;
  readonly clock: Clock;
}

const maxCommands = 1_000;
const maxTargets = 50_000;
/** After this a directive must not begin on its node. */
const expiryMs = 60_000;
/** How long a node may take to say that it has begun. */
const answerMs = 15_000;
/** How long past its time-out a running command may stay without an end; longer than the agent waits itself. */
const endGraceMs = 45_000;
/** How long nodes get to return and report after the collector's own start. */
const returnMs = 60_000;

export class CommandLifecycle {
  readonly #options: CommandLifecycleOptions;
  readonly #open = new Map<string, OpenCommand>();
  /** Asked for, not yet stored. */
  readonly #starting = { commands: 0, targets: 0 };

  constructor(options: CommandLifecycleOptions) {
    this.#options = options;
  }

  get openCommands(): number {
    return this.#open.size;
  }

  get openTargets(): number {
    return [...this.#open.values()].reduce((sum, command) => sum + command.targets.size, 0);
  }

  /** Takes up again what was open when the collector ended. */
  async load(): Promise<void> {
    const { store, clock } = this.#options;
    const commands = readBack(
      (filter) => store.commands(filter),
      ({ issuedTimeMs }) => issuedTimeMs,
    );
    for await (const command of commands) {
      if (command.targets.every(({ state }) => isCommandOver(state))) continue;
      const rest = command.issuedTimeMs + command.timeoutMs + endGraceMs - clock.now();
      this.#open.set(command.id, new OpenCommand(command, clock.monotonic() + Math.max(rest, returnMs)));
    }
  }

  async run(order: RunCommandOrder, actor: string): Promise<string> {
    const { store, clock, changes } = this.#options;
    const nodes = [...new Set(order.nodes)];
    checkCommand({ ...order, nodes });
    requireKnownNodes(nodes, new Set((await store.nodes()).map(({ name }) => name)));
    this.#requireRoom(nodes.length);
    this.#starting.commands += 1;
    this.#starting.targets += nodes.length;
    try {
      const command = this.#create(order, nodes, actor);
      await this.#options.audit('command-requested', actor, command.id, describe(command));
      await store.putCommand(command);
      const open = new OpenCommand(command, clock.monotonic() + answerMs);
      this.#open.set(command.id, open);
      changes.changed(command.id);
      await this.#handOut(open);
      return command.id;
    } finally {
      this.#starting.commands -= 1;
      this.#starting.targets -= nodes.length;
    }
  }

  async cancel(id: string, actor: string): Promise<void> {
    const open = this.#open.get(id);
    if (open === undefined) throw await this.#whyNotOpen(id);
    await this.#options.audit('command-cancelled', actor, id, { nodes: open.targets.size });
    open.cancelled = true;
    for (const node of open.targets.keys()) {
      this.#options.peers.send(node, { kind: 'cancel-command', commandId: id });
    }
  }

  /** The node is there again: it hears once more what it has not ended. Hearing it twice does nothing. */
  connected(node: string): void {
    const { peers } = this.#options;
    for (const { request, targets, cancelled } of this.#open.values()) {
      const target = targets.get(node);
      if (target === undefined) continue;
      if (!cancelled || target.running) peers.send(node, { kind: 'run-command', request });
      if (cancelled) peers.send(node, { kind: 'cancel-command', commandId: request.id });
    }
  }

  /** A report is in the store. */
  async reported(node: string, report: CommandReport): Promise<void> {
    const { clock, changes } = this.#options;
    changes.changed(report.commandId);
    const open = this.#open.get(report.commandId);
    const target = open?.targets.get(node);
    if (open === undefined || target === undefined) return;
    if (!isCommandOver(report.state)) {
      if (!target.running) target.deadlineMs = clock.monotonic() + open.request.timeoutMs + endGraceMs;
      target.running = true;
      return;
    }
    if (report.state === 'refused') {
      const detail = { node, reason: report.reason };
      await this.#options.audit('command-refused', node, report.commandId, detail);
    }
    await this.#settle(open, node, report.state);
  }

  /** States what became of targets whose deadline has passed. */
  async sweep(): Promise<void> {
    const now = this.#options.clock.monotonic();
    for (const open of this.#open.values()) {
      for (const [node, target] of open.targets) {
        if (target.deadlineMs <= now) await this.#judge(open, node, noAnswer(node));
      }
    }
  }

  #requireRoom(targets: number): void {
    if (this.#open.size + this.#starting.commands >= maxCommands) {
      throw tooMany(
        `${maxCommands} commands are open already.`,
        'Wait until some have ended, or cancel them.',
      );
    }
    const openTargets = this.openTargets + this.#starting.targets;
    if (openTargets + targets > maxTargets) {
      throw tooMany(
        `Commands are open on ${openTargets} nodes already; ${maxTargets} are allowed in all.`,
        'Wait until some have ended, or cancel them.',
      );
    }
  }

  #create(order: RunCommandOrder, nodes: readonly string[], actor: string): Command {
    const { clock, peers } = this.#options;
    const issuedTimeMs = clock.now();
    const targets = nodes.map((node): CommandTarget => {
      const verdict = peers.has(node) ? undefined : notConnected(node);
      return {
        node,
        state: verdict?.state ?? 'pending',
        startedTimeMs: null,
        endedTimeMs: verdict === undefined ? null : issuedTimeMs,
        exitCode: null,
        output: '',
        truncated: false,
        reason: verdict?.reason ?? null,
      };
    });
    return {
      id: createId('cmd', issuedTimeMs),
      action: order.action,
      parameters: order.parameters,
      requester: actor,
      issuedTimeMs,
      expiresTimeMs: issuedTimeMs + expiryMs,
      timeoutMs: order.timeoutMs,
      targets,
    };
  }

  async #handOut(open: OpenCommand): Promise<void> {
    const { request } = open;
    const unreached = [...open.targets.keys()].filter(
      (node) => !this.#options.peers.send(node, { kind: 'run-command', request }),
    );
    for (const node of unreached) await this.#judge(open, node, notConnected(node));
    if (open.targets.size === 0) await this.#close(open);
  }

  async #judge(open: OpenCommand, node: string, verdict: Verdict): Promise<void> {
    const { store, clock, changes } = this.#options;
    await store.applyCommandReport(node, {
      commandId: open.request.id,
      ...verdict,
      output: '',
      truncated: false,
      exitCode: null,
      timeMs: clock.now(),
    });
    changes.changed(open.request.id);
    await this.#settle(open, node, verdict.state);
  }

  async #settle(open: OpenCommand, node: string, state: CommandState): Promise<void> {
    open.end(node, state);
    if (open.targets.size === 0) await this.#close(open);
  }

  async #close(open: OpenCommand): Promise<void> {
    if (!this.#open.delete(open.request.id)) return;
    await this.#options.audit('command-ended', 'collector', open.request.id, { states: open.endStates() });
  }

  async #whyNotOpen(id: string): Promise<ControlError> {
    const known = (await this.#options.store.command(id)) !== null;
    return known
      ? new ControlError('already-over', `Command ${id} is over.`, 'Nothing is left to cancel.')
      : new ControlError(
          'unknown-command',
          `command ${id}: unknown`,
          'List the commands with: jidi command ls',
        );
  }
}

function describe(command: Command): Readonly<Record<string, unknown>> {
  const { action, parameters, timeoutMs, targets } = command;
  return { action, parameters, timeoutMs, nodes: targets.map(({ node }) => node) };
}
