// In: the lines of one connection. Out: events until `ended`. Every request is checked in a fixed order, and the first
// check that says no ends it:
//   form, known id, time, action, parameters, the node's policy, room; then the id and the audit record go to disk;
//   then the action runs; then its outcome goes to disk.
// An id that is known never runs again: it gets its stored outcome, or joins the run that is under way.
//
// Invariants: an id runs at most once; nothing runs that is not on disk as begun; every refusal is audited.
import { createHash } from 'node:crypto';
import { uptime } from 'node:os';
import type { Reason } from '../shared/model/reason.ts';
import type { Action, Machine } from './action.ts';
import type { AuditEntry, AuditLog } from './audit-log.ts';
import { parameterFault } from './parameters.ts';
import { loadPolicy, requireAllowed } from './policy.ts';
import type { EndedEvent, ExecutorEvent, ExecutorRequest } from './protocol.ts';
import { errorText, Refusal } from './refusal.ts';
import { checkTime, parseRequest } from './request.ts';
import { Run, type RunPlan } from './run.ts';
import type { RunRegister } from './run-register.ts';

export type EventListener = (event: ExecutorEvent) => void;

export interface ExecutorOptions {
  readonly policyFile: string;
  readonly catalogue: readonly Action[];
  readonly machine: Machine;
  readonly register: RunRegister;
  readonly audit: AuditLog;
  /** Told when an outcome cannot be written, e.g. because the disk is full. */
  readonly onTrouble: (message: string, error: unknown) => void;
}

const maxRuns = 16;

export class Executor {
  readonly #options: ExecutorOptions;
  readonly #runs = new Map<string, Run>();

  constructor(options: ExecutorOptions) {
    this.#options = options;
    const { audit, register } = options;
    audit.append({ event: 'executor-started', timeMs: Date.now(), detail: { pid: process.pid } });
    for (const id of register.unfinished) {
      audit.append({ event: 'unknown', timeMs: Date.now(), detail: { id } });
    }
  }

  get runningCount(): number {
    return this.#runs.size;
  }

  /** Answers one request; the last event is `ended`. Returns what cancels it, or undefined when nothing runs. */
  handle(line: string, listener: EventListener): (() => void) | undefined {
    let request: ExecutorRequest | undefined;
    try {
      request = parseRequest(line);
      return this.#answer(request, listener);
    } catch (error) {
      const reason = error instanceof Refusal ? error.reason : internalReason(error);
      this.refuse(reason, listener, request);
      return undefined;
    }
  }

  /** Says no and writes it down. */
  refuse(reason: Reason, listener: EventListener, request?: ExecutorRequest): void {
    const detail = { ...describe(request), reason };
    try {
      this.#options.audit.append({ event: 'refused', timeMs: Date.now(), detail });
    } catch (error) {
      this.#options.onTrouble('a refusal is not in the audit log', error);
    }
    listener(refusedEvent(reason));
  }

  /** Ends every running action; resolves when all have ended. */
  async close(): Promise<void> {
    const runs = [...this.#runs.values()];
    for (const run of runs) run.cancel();
    await Promise.all(runs.map((run) => run.over));
  }

  #answer(request: ExecutorRequest, listener: EventListener): (() => void) | undefined {
    const digest = digestOf(request);
    const known = this.#options.register.find(request.id);
    if (known !== undefined) {
      if (known.digest !== digest) throw reusedId(request.id);
      return this.#repeat(request.id, known.ended, listener);
    }
    checkTime(request, Date.now(), Date.now() - uptime() * 1000);
    const plan = this.#plan(request);
    this.#requireRoom(plan.action);
    this.#record(request, digest);
    const run = new Run(plan, (ended) => this.#finish(request, ended));
    this.#runs.set(request.id, run);
    run.start(listener);
    return () => run.cancel();
  }

  #repeat(id: string, ended: EndedEvent | null, listener: EventListener): (() => void) | undefined {
    const run = this.#runs.get(id);
    if (run !== undefined) {
      run.join(listener);
      return () => run.cancel();
    }
    if (ended !== null) listener(ended);
    return undefined;
  }

  #plan(request: ExecutorRequest): RunPlan {
    const { catalogue, policyFile, machine } = this.#options;
    const action = catalogue.find(({ name }) => name === request.action);
    if (action === undefined) {
      throw new Refusal(
        'unknown-action',
        `This node knows no action ${request.action}; it knows: ${catalogue.map(({ name }) => name).join(', ')}.`,
        'Ask for one of these, or update the node.',
      );
    }
    const fault = parameterFault(action, request.parameters);
    if (fault !== undefined) throw new Refusal('bad-parameter', fault, 'Mend the parameter and ask again.');
    const policy = requireAllowed(loadPolicy(policyFile, catalogue), action, policyFile);
    const { parameters, timeoutMs } = request;
    action.check({ parameters, policy, policyFile, machine });
    return { action, parameters, policy, policyFile, machine, timeoutMs };
  }

  #requireRoom(action: Action): void {
    const running = [...this.#runs.values()];
    const inTheWay = action.changesNode && running.some((run) => run.plan.action.name === action.name);
    if (running.length < maxRuns && !inTheWay) return;
    throw new Refusal(
      'busy',
      inTheWay
        ? `${action.name} runs on this node already.`
        : `${maxRuns} commands run on this node already.`,
      'Wait until it has ended and ask again.',
    );
  }

  #record(request: ExecutorRequest, digest: string): void {
    const { register, audit } = this.#options;
    const timeMs = Date.now();
    try {
      register.begin({ id: request.id, digest, beganTimeMs: timeMs });
    } catch (error) {
      throw error instanceof Refusal ? error : notRecorded(error);
    }
    try {
      audit.append({ event: 'begun', timeMs, detail: describe(request) });
    } catch (error) {
      const refusal = notRecorded(error);
      this.#write(() => register.end(request.id, refusedEvent(refusal.reason)));
      throw refusal;
    }
  }

  #finish(request: ExecutorRequest, ended: EndedEvent): void {
    const { kind, timeMs, ...outcome } = ended;
    const entry: AuditEntry = { event: kind, timeMs, detail: { id: request.id, ...outcome } };
    this.#write(() => this.#options.register.end(request.id, ended));
    this.#write(() => this.#options.audit.append(entry));
    this.#runs.delete(request.id);
  }

  #write(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#options.onTrouble('the outcome of a command is not on disk', error);
    }
  }
}

function digestOf(request: ExecutorRequest): string {
  const { id, node, action, parameters, requester } = request;
  const sorted = Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([id, node, action, sorted, requester]))
    .digest('hex');
}

function describe(request: ExecutorRequest | undefined): Readonly<Record<string, unknown>> {
  if (request === undefined) return {};
  const { id, node, action, parameters, requester, issuedTimeMs, timeoutMs } = request;
  return { id, node, action, parameters, requester, issuedTimeMs, timeoutMs };
}

function reusedId(id: string): Refusal {
  return new Refusal(
    'id-reused',
    `The id ${id} was used on this node for another command.`,
    'Ask again; a new command gets a new id.',
  );
}

function notRecorded(error: unknown): Refusal {
  return new Refusal(
    'not-recorded',
    `The executor cannot write down that the command begins, so it does not begin: ${errorText(error)}.`,
    'Make room on the disk of its state folder and ask again.',
  );
}

function refusedEvent(reason: Reason): EndedEvent {
  return { kind: 'ended', timeMs: Date.now(), state: 'refused', exitCode: null, truncated: false, reason };
}

function internalReason(error: unknown): Reason {
  return {
    code: 'internal',
    message: `The executor failed: ${errorText(error)}.`,
    remedy: 'Look at its log.',
  };
}
