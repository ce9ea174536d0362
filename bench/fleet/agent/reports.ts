// How a simulated node answers directives. In: what the collector asks. Out: reports, in time: a profile runs as long as it was
// asked to and ends with the stacks of what its target does; a command is refused, as there is no machine that could run it.
import { stackChunks } from '../../../agent/profiler/samples/stack-chunks.ts';
import type { CommandReport, CommandRequest } from '../../../shared/model/command.ts';
import type { Directive } from '../../../shared/model/directive.ts';
import type { ProcessSample } from '../../../shared/model/process.ts';
import {
  type ProfileReport,
  type ProfileRequest,
  type ProfileState,
  untoldProfile,
} from '../../../shared/model/profile.ts';
import type { Reason } from '../../../shared/model/reason.ts';
import { Random, seedOf } from '../values/random.ts';
import { type JobPace, sampledParts } from '../values/sampled-parts.ts';
import { recordStacks } from '../values/stacks.ts';
import { profiledProcesses } from './profiled-processes.ts';
import { Turns } from './turns.ts';

export type NodeReport =
  | { readonly kind: 'command'; readonly report: CommandReport }
  | { readonly kind: 'profile'; readonly report: ProfileReport };

export interface AnsweringNode {
  processes(): readonly ProcessSample[];
  /** How the job of the node goes on; null where there is none. */
  pace(): JobPace | null;
  report(report: NodeReport): void;
}

const progressEveryMs = 5_000;
const mostProfiles = 4;
/** Of a profile of one node; of jobs on many nodes each has less. */
const mostSamples = 60_000;
/** So far ahead a begin may lie. */
const longestLeadMs = 10_000;
const tooMany: Reason = {
  code: 'too-many-profiles',
  message: `${mostProfiles} profiles run on this node already`,
  remedy: 'Wait until one has ended.',
};

export class Reports {
  readonly #node: AnsweringNode;
  readonly #turns: Turns;
  readonly #running = new Map<string, { stop: () => void }>();

  /** `turns`: shared by the nodes of one program. */
  constructor(node: AnsweringNode, turns = new Turns()) {
    this.#node = node;
    this.#turns = turns;
  }

  take(directive: Directive): void {
    switch (directive.kind) {
      case 'start-profile':
        this.#startProfile(directive.request);
        return;
      case 'stop-profile':
        this.#running.get(directive.profileId)?.stop();
        return;
      case 'run-command':
        this.#refuse(directive.request);
        return;
      case 'cancel-command':
    }
  }

  close(): void {
    for (const { stop } of this.#running.values()) stop();
  }

  #refuse({ id, action }: CommandRequest): void {
    const reason = {
      code: 'simulated-node',
      message: `this node is simulated: there is no machine on which ${action} could run`,
      remedy: 'Start a real agent to try commands: npm start.',
    };
    const report = {
      commandId: id,
      output: '',
      truncated: false,
      exitCode: null,
      timeMs: Date.now(),
      reason,
    };
    this.#node.report({ kind: 'command', report: { ...report, state: 'refused' } });
  }

  #startProfile(request: ProfileRequest): void {
    const { id, target, durationMs, startAtMs } = request;
    const found = profiledProcesses(target, this.#node.processes());
    const isBusy = this.#running.size >= mostProfiles || this.#running.has(id);
    if (isBusy || 'code' in found) {
      const reason = isBusy ? tooMany : (found as Reason);
      this.#tell(id, { ...untoldProfile, status: 'failed', reason, endedTimeMs: Date.now() });
      return;
    }
    const now = Date.now();
    const startedTimeMs = Math.min(now + longestLeadMs, Math.max(now, startAtMs ?? now));
    const running = { ...runningState(request, found), startedTimeMs };
    this.#tell(id, running);
    const end = (status: 'finished' | 'stopped'): void => {
      clearInterval(timer);
      this.#running.delete(id);
      this.#turns.take(() => this.#finish(request, { ...running, status }, found));
    };
    const timer = setInterval(
      () => {
        const progress = (Date.now() - startedTimeMs) / durationMs;
        if (progress >= 1) end('finished');
        else this.#tell(id, { ...running, progress: Math.max(0, progress) });
      },
      Math.min(progressEveryMs, durationMs),
    );
    this.#running.set(id, { stop: () => end('stopped') });
  }

  #finish(request: ProfileRequest, state: ProfileState, processes: readonly ProcessSample[]): void {
    const { id, target, event, frequencyHz, durationMs } = request;
    const fromMs = state.startedTimeMs ?? 0;
    const toMs = Math.max(fromMs, Math.min(Date.now(), fromMs + durationMs));
    const pace = this.#node.pace();
    const threads = target.kind === 'process' ? target.threads : null;
    const recorded = recordStacks(
      {
        parts: sampledParts(processes, pace, threads),
        event,
        frequencyHz,
        fromMs,
        toMs,
        mostSamples: Math.round(mostSamples / Math.max(1, (pace?.nodes ?? 1) / 8)),
      },
      new Random(seedOf(processes[0]?.pid ?? 0, Math.round(fromMs / 1000))),
    );
    const ended = { ...state, progress: 1, endedTimeMs: toMs, samples: recorded.count, profileId: id };
    const isEmpty = recorded.samples.nodes.length === 0;
    if (isEmpty) this.#report({ ...ended, symbols: null, stacks: null });
    // What is over is told with the last portion.
    for (const stacks of stackChunks(recorded)) {
      const status = stacks.last ? ended.status : 'processing';
      this.#report({ ...ended, status, stacks });
    }
  }

  #report(report: ProfileReport): void {
    this.#node.report({ kind: 'profile', report });
  }

  #tell(profileId: string, state: ProfileState): void {
    this.#report({ ...state, profileId, stacks: null });
  }
}

function runningState({ event }: ProfileRequest, found: readonly ProcessSample[]): ProfileState {
  const [first] = found;
  return {
    ...untoldProfile,
    status: 'running',
    process: found.length === 1 && first !== undefined ? first : null,
    sampledEvent: event === 'wall' ? 'cpu-clock,context-switches' : event,
    unit: event === 'wall' ? 'microseconds' : event === 'cpu-clock' ? 'samples' : 'events',
    usedCallGraph: 'fp',
    symbols: { named: 1, reason: null },
  };
}
