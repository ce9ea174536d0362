// Continuous profiles from order to end. In: orders, the passing of time. Out: a window for each stretch of its length, aligned to
// the wall clock; records in the store and the audit log.
//
// Invariants: what runs is in the store, and goes on after a start of the collector; at most one window of each is being begun; a
// profile of a job ends by itself when no node has told of the job for some windows, or when the job is no longer its owner's.
import type { Clock } from '../../../shared/clock.ts';
import { type ContinuousProfile, continuousLimits } from '../../../shared/model/continuous-profile.ts';
import type { Profile } from '../../../shared/model/profile.ts';
import type { ContinuousStore, NodeStore } from '../../store/store.ts';
import type { AuditTrail } from '../audit-trail.ts';
import { ControlError, type StartContinuousOrder } from '../control.ts';
import { createId } from '../identifiers.ts';
import { requireKnownNodes } from '../order-checks.ts';
import { checkContinuous, requireNodeRoom, requireRoom } from './continuous-checks.ts';
import type { ContinuousWindows } from './continuous-windows.ts';

/** So long before a window begins its nodes are told. */
const leadMs = 2_000;
/** Without a word of the job, it has ended. */
const silentWindows = 3;
const mostRead = 1000;

export interface ContinuousProfilesOptions {
  readonly store: ContinuousStore & Pick<NodeStore, 'nodes'>;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly windows: ContinuousWindows;
  /** Nodes that run a job now. */
  readonly nodesOfJob: (job: string) => Promise<readonly string[]>;
  /** null: not known, or of several users. */
  readonly ownerOfJob: (job: string) => string | null;
  readonly onError: (error: unknown) => void;
}

interface Running {
  profile: ContinuousProfile;
  nextMs: number;
  silent: number;
  beginning: Promise<void> | undefined;
}

export class ContinuousProfiles {
  readonly #options: ContinuousProfilesOptions;
  readonly #running = new Map<string, Running>();
  #refused = 0;

  constructor(options: ContinuousProfilesOptions) {
    this.#options = options;
  }

  get statistics() {
    return { running: this.#running.size, refused: this.#refused };
  }

  async load(): Promise<void> {
    const { store, windows } = this.#options;
    for (const profile of await store.continuousProfiles(mostRead)) {
      await windows.load(profile);
      if (profile.status === 'running') this.#add(profile);
    }
  }

  async start(order: StartContinuousOrder, actor: string): Promise<string> {
    try {
      return await this.#start(order, actor);
    } catch (error) {
      if (error instanceof ControlError) this.#refused += 1;
      throw error;
    }
  }

  async stop(id: string, actor: string): Promise<void> {
    const { audit, store, windows } = this.#options;
    const running = this.#running.get(id);
    if (running === undefined) throw await this.#whyNotRunning(id);
    await audit('continuous-profile-stopped', actor, id);
    await this.#end(running, { status: 'stopped', reason: null });
    await running.beginning;
    windows.stop(id);
    await store.putContinuous(running.profile);
  }

  /** A window of one is over. */
  windowOver({ parentId, reason }: Profile): void {
    const running = this.#running.get(parentId ?? '');
    if (running === undefined || JSON.stringify(running.profile.reason) === JSON.stringify(reason)) return;
    running.profile = { ...running.profile, reason };
    this.#options.store.putContinuous(running.profile).catch(this.#options.onError);
  }

  /** Begins the windows that are due. */
  sweep(): void {
    const nowMs = this.#options.clock.now();
    for (const running of this.#running.values()) {
      const { windowMs } = running.profile;
      // The clock was set back.
      if (running.nextMs - nowMs > 2 * windowMs) running.nextMs = nextBegin(nowMs + leadMs, windowMs);
      if (running.beginning !== undefined || nowMs + leadMs < running.nextMs) continue;
      // After a pause the windows that were missed stay missing.
      const beginMs = Math.max(running.nextMs, nextBegin(nowMs, windowMs));
      running.nextMs = beginMs + windowMs;
      running.beginning = this.#beginWindow(running, beginMs)
        .catch(this.#options.onError)
        .finally(() => {
          running.beginning = undefined;
        });
    }
  }

  async idle(): Promise<void> {
    await Promise.all([...this.#running.values()].flatMap(({ beginning }) => beginning ?? []));
  }

  async #start(order: StartContinuousOrder, actor: string): Promise<string> {
    const { store, audit, clock, nodesOfJob, ownerOfJob } = this.#options;
    checkContinuous(order);
    const all = [...this.#running.values()].map(({ profile }) => profile);
    requireRoom(all);
    const nodes = [...new Set(order.nodes)];
    requireKnownNodes(nodes, new Set((await store.nodes()).map(({ name }) => name)));
    const found = nodes.length > 0 || order.job === null ? nodes : await nodesOfJob(order.job);
    requireNodeRoom(order, found, all);
    const createdTimeMs = clock.now();
    const owner = order.job === null ? null : ownerOfJob(order.job);
    const profile: ContinuousProfile = {
      id: createId('con', createdTimeMs),
      ...order,
      ...(owner === null ? {} : { owner }),
      nodes,
      createdTimeMs,
      status: 'running',
      reason: null,
      endedTimeMs: null,
      windows: 0,
      lastWindowTimeMs: null,
      seenNodes: found,
    };
    // Its room is taken before anything is waited for.
    this.#add(profile);
    try {
      await audit('continuous-profile-started', actor, profile.id, { ...order, nodes: found.length });
      await store.putContinuous(profile);
    } catch (error) {
      this.#running.delete(profile.id);
      throw error;
    }
    return profile.id;
  }

  #add(profile: ContinuousProfile): void {
    const nextMs = nextBegin(this.#options.clock.now() + leadMs, profile.windowMs);
    this.#running.set(profile.id, { profile, nextMs, silent: 0, beginning: undefined });
  }

  async #beginWindow(running: Running, beginMs: number): Promise<void> {
    const { store, windows } = this.#options;
    const { job, nodes: asked } = running.profile;
    const telling = await this.#telling(running.profile);
    const nodes = (asked.length > 0 ? asked : telling).slice(0, continuousLimits.nodes);
    running.silent = telling.length === 0 ? running.silent + 1 : 0;
    if (running.profile.status !== 'running') return;
    if (job !== null && running.silent >= silentWindows) return this.#endOfJob(running, job);
    if (telling.length === 0) return;
    const seen = new Set([...running.profile.seenNodes, ...nodes]);
    running.profile = {
      ...running.profile,
      windows: running.profile.windows + 1,
      lastWindowTimeMs: beginMs,
      seenNodes: [...seen].slice(0, continuousLimits.nodes),
    };
    await store.putContinuous(running.profile);
    await windows.begin(running.profile, nodes, beginMs);
  }

  /** Numbers of jobs begin anew some time: what is of somebody else now is not the job that was meant. */
  async #telling({ job, nodes, owner }: ContinuousProfile): Promise<readonly string[]> {
    const { nodesOfJob, ownerOfJob } = this.#options;
    if (job === null) return nodes;
    return owner === undefined || ownerOfJob(job) === owner ? nodesOfJob(job) : [];
  }

  async #endOfJob(running: Running, job: string): Promise<void> {
    const { owner } = running.profile;
    const whose = owner === undefined ? '' : ` of ${owner}`;
    const reason = {
      code: 'job-ended',
      message: `no node has told of job ${job}${whose} for ${silentWindows} windows`,
      remedy: 'Nothing to do; its windows are kept.',
    };
    await this.#end(running, { status: 'ended', reason });
    const { windows } = running.profile;
    await this.#options.audit('continuous-profile-ended', 'collector', running.profile.id, { job, windows });
  }

  async #end(running: Running, end: Pick<ContinuousProfile, 'status' | 'reason'>): Promise<void> {
    const { store, clock } = this.#options;
    running.profile = { ...running.profile, ...end, endedTimeMs: clock.now() };
    this.#running.delete(running.profile.id);
    await store.putContinuous(running.profile);
  }

  async #whyNotRunning(id: string): Promise<ControlError> {
    const known = await this.#options.store.continuousProfile(id);
    if (known !== null)
      return new ControlError(
        'already-over',
        `Continuous profile ${id} is over.`,
        'Nothing is left to stop.',
      );
    const remedy = 'List them: jidi profile continuous ls';
    return new ControlError('unknown-profile', `There is no continuous profile ${id}.`, remedy);
  }
}

function nextBegin(timeMs: number, windowMs: number): number {
  return Math.ceil(timeMs / windowMs) * windowMs;
}
