// Profiles from request to end. In: orders, reports of nodes, the passing of time. Out: directives to nodes, records in
// the store and the audit log. The store decides how a report changes a profile; here is only what is still open.
//
// Invariants: a directive goes out only after its profile is stored; every open profile has a deadline; at most
// `maxPerNode` are open on a node; a verdict and a report are never written at the same time.
import type { Clock } from '../../shared/clock.ts';
import {
  isProfileOver,
  type Profile,
  type ProfileReport,
  type ProfileRequest,
  untoldProfile,
} from '../../shared/model/profile.ts';
import type { Reason } from '../../shared/model/reason.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { NodeStore, ProfileStore } from '../store/store.ts';
import type { AuditTrail } from './audit-trail.ts';
import { ControlError, type StartProfileOrder } from './control.ts';
import { createId } from './identifiers.ts';
import { checkProfile, requireKnownNodes, tooMany } from './order-checks.ts';
import type { Peers } from './peers.ts';
import { readBack } from './read-back.ts';
import { notConnected, profileWithoutAnswer } from './verdicts.ts';

export interface ProfileLifecycleOptions {
  readonly store: ProfileStore & Pick<NodeStore, 'nodes'>;
  readonly peers: Peers;
  readonly bus: LiveBus;
  readonly audit: AuditTrail;
  readonly clock: Clock;
}

/** What runs on a node. */
type NodeProfile = Profile & { readonly node: string };

interface OpenProfile {
  readonly request: NodeProfile;
  pending: boolean;
  stopping: boolean;
  /** Monotonic ms. */
  deadlineMs: number;
  reportsInFlight: number;
  verdict: Promise<void> | undefined;
}

const maxPerNode = 4;
/** How long a node may take to say that it has begun. */
const answerMs = 15_000;
/** How long past its duration a profile may stay without a report. */
const silenceMs = 60_000;

export class ProfileLifecycle {
  readonly #options: ProfileLifecycleOptions;
  readonly #open = new Map<string, OpenProfile>();

  constructor(options: ProfileLifecycleOptions) {
    this.#options = options;
  }

  get openProfiles(): number {
    return this.#open.size;
  }

  /** Takes up again what was open when the collector ended. */
  async load(): Promise<void> {
    const { store, clock } = this.#options;
    const profiles = readBack(
      (filter) => store.profiles(filter),
      ({ createdTimeMs }) => createdTimeMs,
    );
    for await (const profile of profiles) {
      if (isProfileOver(profile.status) || !isOnNode(profile)) continue;
      const rest = profile.createdTimeMs + profile.durationMs + silenceMs - clock.now();
      this.#add(profile, Math.max(rest, silenceMs));
    }
  }

  async start(order: StartProfileOrder, actor: string): Promise<string> {
    const { store, peers } = this.#options;
    checkProfile(order);
    requireKnownNodes([order.node], new Set((await store.nodes()).map(({ name }) => name)));
    if (!peers.has(order.node)) throw this.#notConnected(order.node);
    this.#requireRoom(order.node);
    const profile = this.#create(order);
    const open = this.#add(profile, answerMs);
    try {
      await this.#options.audit('profile-requested', actor, profile.id, { ...order });
      await store.putProfile(profile);
    } catch (error) {
      this.#open.delete(profile.id);
      throw error;
    }
    this.#publish(profile.id);
    if (!peers.send(order.node, { kind: 'start-profile', request: toRequest(profile) })) {
      await this.#judge(open, notConnected(order.node).reason);
      throw this.#notConnected(order.node);
    }
    return profile.id;
  }

  /** When the node is away it hears of it on its return. */
  async stop(id: string, actor: string): Promise<void> {
    const open = this.#open.get(id);
    if (open === undefined) throw await this.#whyNotOpen(id);
    await this.#options.audit('profile-stopped', actor, id, { node: open.request.node });
    open.stopping = true;
    open.deadlineMs = Math.min(open.deadlineMs, this.#options.clock.monotonic() + silenceMs);
    this.#options.peers.send(open.request.node, { kind: 'stop-profile', profileId: id });
  }

  async delete(id: string, actor: string): Promise<void> {
    const { store, peers, bus } = this.#options;
    const open = this.#open.get(id);
    if (open !== undefined) {
      peers.send(open.request.node, { kind: 'stop-profile', profileId: id });
      await open.verdict;
      this.#open.delete(id);
    }
    if (!(await store.deleteProfile(id))) throw unknownProfile(id);
    await this.#options.audit('profile-deleted', actor, id, {});
    bus.publish({ kind: 'profile-deleted', id });
  }

  /** The node is there again: it hears once more what it has not answered. Hearing it twice does nothing. */
  connected(node: string): void {
    const { peers } = this.#options;
    for (const { request, pending, stopping } of this.#open.values()) {
      if (request.node !== node) continue;
      if (pending && !stopping) peers.send(node, { kind: 'start-profile', request: toRequest(request) });
      if (stopping) peers.send(node, { kind: 'stop-profile', profileId: request.id });
    }
  }

  /** Has a report written to the store and takes note of it. */
  async reported(node: string, report: ProfileReport, write: () => Promise<unknown>): Promise<void> {
    const open = this.#open.get(report.profileId);
    if (open === undefined || open.request.node !== node) {
      await write();
      this.#publish(report.profileId);
      return;
    }
    await open.verdict;
    open.reportsInFlight += 1;
    try {
      await write();
    } finally {
      open.reportsInFlight -= 1;
    }
    open.pending = false;
    open.deadlineMs = this.#options.clock.monotonic() + open.request.durationMs + silenceMs;
    this.#publish(report.profileId);
    if (isProfileOver(report.status)) await this.#close(open, report.status, report.reason);
  }

  /** States what became of profiles whose deadline has passed. */
  async sweep(): Promise<void> {
    const now = this.#options.clock.monotonic();
    for (const open of this.#open.values()) {
      if (open.deadlineMs > now || open.reportsInFlight > 0) continue;
      await this.#judge(open, profileWithoutAnswer(open.request.node));
    }
  }

  #add(profile: NodeProfile, withinMs: number): OpenProfile {
    const deadlineMs = this.#options.clock.monotonic() + withinMs;
    const open: OpenProfile = {
      request: profile,
      pending: profile.status === 'pending',
      stopping: false,
      deadlineMs,
      reportsInFlight: 0,
      verdict: undefined,
    };
    this.#open.set(profile.id, open);
    return open;
  }

  #requireRoom(node: string): void {
    const running = [...this.#open.values()].filter(({ request }) => request.node === node);
    if (running.length < maxPerNode) return;
    const remedy = 'Wait until one has ended, or stop one: jidi profile ls';
    throw tooMany(`${maxPerNode} profiles run on ${node} already.`, remedy);
  }

  #create(order: StartProfileOrder): NodeProfile {
    const createdTimeMs = this.#options.clock.now();
    return {
      id: createId('prf', createdTimeMs),
      ...order,
      startAtMs: null,
      parentId: null,
      createdTimeMs,
      ...untoldProfile,
    };
  }

  async #judge(open: OpenProfile, reason: Reason): Promise<void> {
    open.verdict ??= this.#writeVerdict(open.request.id, reason);
    try {
      await open.verdict;
    } finally {
      open.verdict = undefined;
    }
    this.#publish(open.request.id);
    await this.#close(open, 'failed', reason);
  }

  async #writeVerdict(id: string, reason: Reason): Promise<void> {
    const { store, clock } = this.#options;
    const profile = await store.profile(id);
    if (profile === null || isProfileOver(profile.status)) return;
    await store.putProfile({ ...profile, status: 'failed', reason, endedTimeMs: clock.now() });
  }

  async #close({ request }: OpenProfile, status: string, reason: Reason | null): Promise<void> {
    if (!this.#open.delete(request.id)) return;
    const detail = { node: request.node, status, reason: reason?.code ?? null };
    await this.#options.audit('profile-ended', 'collector', request.id, detail);
  }

  #publish(id: string): void {
    this.#options.bus.publish({ kind: 'profile', id });
  }

  #notConnected(node: string): ControlError {
    const { reason } = notConnected(node);
    return new ControlError('node-not-connected', reason.message, reason.remedy);
  }

  async #whyNotOpen(id: string): Promise<ControlError> {
    const known = (await this.#options.store.profile(id)) !== null;
    return known
      ? new ControlError('already-over', `Profile ${id} is over.`, 'Nothing is left to stop.')
      : unknownProfile(id);
  }
}

function isOnNode(profile: Profile): profile is NodeProfile {
  return profile.node !== null;
}

function toRequest(profile: Profile): ProfileRequest {
  const { id, target, event, durationMs, frequencyHz, callGraph, withInlined, startAtMs } = profile;
  return { id, target, event, durationMs, frequencyHz, callGraph, withInlined, startAtMs };
}

function unknownProfile(id: string): ControlError {
  return new ControlError('unknown-profile', `There is no profile ${id}.`, 'List them: jidi profile ls');
}
