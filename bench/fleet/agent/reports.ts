// How a simulated node answers directives. In: what the collector asks. Out: reports, in time: a profile runs as long as it was
// asked to and ends with plausible stacks; a command is refused, as there is no machine that could run it.
import type { CommandReport, CommandRequest } from '../../../shared/model/command.ts';
import type { Directive } from '../../../shared/model/directive.ts';
import type { ProcessSample } from '../../../shared/model/process.ts';
import {
  type ProfileReport,
  type ProfileRequest,
  type ProfileState,
  untoldProfile,
} from '../../../shared/model/profile.ts';
import { Random, seedOf } from '../values/random.ts';
import { applicationOf, sampleStacks } from '../values/stacks.ts';

export type NodeReport =
  | { readonly kind: 'command'; readonly report: CommandReport }
  | { readonly kind: 'profile'; readonly report: ProfileReport };

export interface AnsweringNode {
  find(pid: number): ProcessSample | null;
  report(report: NodeReport): void;
}

const progressEveryMs = 5_000;
const mostProfiles = 4;
const mostSamples = 20_000;

export class Reports {
  readonly #node: AnsweringNode;
  readonly #running = new Map<string, { stop: () => void }>();

  constructor(node: AnsweringNode) {
    this.#node = node;
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
    const { id, target, durationMs } = request;
    const process = target.kind === 'process' ? this.#node.find(target.pid) : null;
    if (process === null || this.#running.size >= mostProfiles || this.#running.has(id)) {
      const code = process === null ? 'no-such-process' : 'busy';
      const message =
        process === null
          ? 'only a process that is there can be profiled'
          : `${mostProfiles} profiles run already`;
      const reason = { code, message, remedy: 'Choose another process of the list.' };
      this.#tell(id, { ...untoldProfile, status: 'failed', reason, endedTimeMs: Date.now() });
      return;
    }
    const startedTimeMs = Date.now();
    const running = {
      ...untoldProfile,
      status: 'running',
      startedTimeMs,
      process,
      sampledEvent: 'cpu-clock',
      usedCallGraph: 'fp',
    } as const;
    this.#tell(id, running);
    const timer = setInterval(
      () => {
        const progress = (Date.now() - startedTimeMs) / durationMs;
        if (progress < 1) this.#tell(id, { ...running, progress });
        else end('finished');
      },
      Math.min(progressEveryMs, durationMs),
    );
    const end = (status: 'finished' | 'stopped'): void => {
      clearInterval(timer);
      this.#running.delete(id);
      this.#finish(request, { ...running, status }, process);
    };
    this.#running.set(id, { stop: () => end('stopped') });
  }

  #finish({ id, frequencyHz }: ProfileRequest, state: ProfileState, process: ProcessSample): void {
    const seconds = (Date.now() - (state.startedTimeMs ?? 0)) / 1000;
    const busy = applicationOf(process.name) === null ? 0.05 : Math.max(0.3, process.threads * 0.9);
    const samples = Math.max(1, Math.min(mostSamples, Math.round(seconds * frequencyHz * busy)));
    const stacks = sampleStacks(process.name, samples, new Random(seedOf(process.pid, Math.round(seconds))));
    const ended = { ...state, progress: 1, endedTimeMs: Date.now(), samples };
    this.#node.report({
      kind: 'profile',
      report: {
        ...ended,
        profileId: id,
        stacks: { ...stacks, threads: [], samples: null, index: 0, last: true },
      },
    });
  }

  #tell(profileId: string, state: ProfileState): void {
    this.#node.report({ kind: 'profile', report: { ...state, profileId, stacks: null } });
  }
}
