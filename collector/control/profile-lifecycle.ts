// Profiles from request to end. In: orders, reports of nodes, the passing of time. Out: directives to nodes, records in
// the store and the audit log. The store decides how a report changes a profile; here is only what is still open.
//
// Invariants: a directive goes out only after its profile is stored; every open profile has a deadline; on a node there are no more
// than it has room for; a verdict and a report are never written at the same time.
import type { Clock } from '../../shared/clock.ts';
import {
  isProfileOver,
  type Profile,
  type ProfileReport,
  type ProfileRequest,
} from '../../shared/model/profile.ts';
import type { Reason } from '../../shared/model/reason.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { NodeStore, ProfileStore } from '../store/store.ts';
import type { AuditTrail } from './audit-trail.ts';
import { ControlError } from './control.ts';
import type { Peers } from './peers.ts';
import type { ProfileGroups } from './profile-groups.ts';
import { type ProfileKind, roomFault } from './profile-room.ts';
import { readBack } from './read-back.ts';
import { notConnected, profileWithoutAnswer } from './verdicts.ts';

export interface ProfileLifecycleOptions {
  readonly store: ProfileStore & Pick<NodeStore, 'nodes'>;
  readonly peers: Peers;
  readonly bus: LiveBus;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly groups: ProfileGroups;
}

/** What runs on a node. */
export type NodeProfile = Profile & Pick<ProfileRequest, 'target'> & { readonly node: string };

interface OpenProfile {
  readonly request: NodeProfile;
  readonly node: string;
  readonly kind: ProfileKind;
  pending: boolean;
  stopping: boolean;
  /** Monotonic ms. */
  deadlineMs: number;
  /** The last deadline, whatever the node tells. */
  readonly lastMs: number;
  reportsInFlight: number;
  verdict: Promise<void> | undefined;
}

/** How long a node may take to say that it has begun. */
const answerMs = 15_000;
/** How long past its duration a profile may stay without a report. */
const silenceMs = 60_000;
/** How long past its begin and duration a node may talk of it; no agent does for half as long. */
const longestTalkMs = 600_000;

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
    const { store, groups } = this.#options;
    const profiles = readBack(
      (filter) => store.profiles(filter),
      ({ createdTimeMs }) => createdTimeMs,
    );
    for await (const profile of profiles) {
      if (isProfileOver(profile.status)) continue;
      const parts = profile.node === null ? await store.profileParts(profile.id) : [profile];
      if (profile.node === null) groups.add(profile, parts);
      this.resume(parts, 'asked');
    }
  }

  /** Takes up those that are not over. */
  resume(parts: readonly Profile[], kind: ProfileKind): void {
    for (const part of parts) {
      if (isProfileOver(part.status) || !isOnNode(part)) continue;
      const rest = part.createdTimeMs + part.durationMs + silenceMs - this.#options.clock.now();
      this.#add(part, kind, Math.max(rest, silenceMs));
    }
  }

  /** Where it runs; null: it is not open. */
  nodeOf(id: string): string | null {
    return this.#open.get(id)?.request.node ?? null;
  }

  /**
   * Takes the node's room for it, stores it and hands it to the node; the reason why that could not be. `note`: writes what
   * must be there before.
   */
  async begin(
    profile: NodeProfile,
    kind: ProfileKind,
    note: () => Promise<void> = () => Promise.resolve(),
  ): Promise<ControlError | null> {
    const { store, peers, clock } = this.#options;
    const { node } = profile;
    if (!peers.has(node)) return this.#notConnected(node);
    const fault = roomFault(this.#open.values(), { node, kind });
    if (fault !== null) return fault;
    // Its clock tells when it begins, so that is not how long it may stay silent.
    const untilStartMs = Math.max(0, profile.createdTimeMs - clock.now());
    const open = this.#add(profile, kind, untilStartMs + answerMs);
    try {
      await note();
      await store.putProfile(profile);
    } catch (error) {
      this.#open.delete(profile.id);
      throw error;
    }
    this.#publish(open);
    if (peers.send(node, { kind: 'start-profile', request: toRequest(profile) })) return null;
    await this.#judge(open, notConnected(node).reason);
    return this.#notConnected(node);
  }

  /** False when it is not open. When the node is away it hears of it on its return. */
  stop(id: string): boolean {
    const open = this.#open.get(id);
    if (open === undefined) return false;
    open.stopping = true;
    open.deadlineMs = Math.min(open.deadlineMs, this.#options.clock.monotonic() + silenceMs);
    this.#options.peers.send(open.request.node, { kind: 'stop-profile', profileId: id });
    return true;
  }

  /** False when there was none. */
  async delete(id: string): Promise<boolean> {
    const { store, peers, bus } = this.#options;
    const open = this.#open.get(id);
    if (open !== undefined) {
      peers.send(open.request.node, { kind: 'stop-profile', profileId: id });
      await open.verdict;
      this.#open.delete(id);
    }
    const profile = await store.profile(id);
    if (!(await store.deleteProfile(id))) return false;
    bus.publish({ kind: 'profile-deleted', id, whose: profile === null ? [] : whoseOf(profile) });
    return true;
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
    if (open === undefined || open.node !== node) {
      await write();
      this.#options.bus.publish({ kind: 'profile', id: report.profileId });
      return;
    }
    await open.verdict;
    open.reportsInFlight += 1;
    try {
      await write();
    } finally {
      open.reportsInFlight -= 1;
    }
    this.#options.groups.reported(open.request, report);
    open.pending = false;
    const untilMs = this.#options.clock.monotonic() + open.request.durationMs + silenceMs;
    open.deadlineMs = Math.min(untilMs, open.lastMs);
    this.#publish(open);
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

  #add(profile: NodeProfile, kind: ProfileKind, withinMs: number): OpenProfile {
    const deadlineMs = this.#options.clock.monotonic() + withinMs;
    const open: OpenProfile = {
      request: profile,
      node: profile.node,
      kind,
      pending: profile.status === 'pending',
      stopping: false,
      deadlineMs,
      lastMs: deadlineMs + profile.durationMs + longestTalkMs,
      reportsInFlight: 0,
      verdict: undefined,
    };
    this.#open.set(profile.id, open);
    return open;
  }

  async #judge(open: OpenProfile, reason: Reason): Promise<void> {
    open.verdict ??= this.#writeVerdict(open.request.id, reason);
    try {
      await open.verdict;
    } finally {
      open.verdict = undefined;
    }
    this.#publish(open);
    await this.#close(open, 'failed', reason);
  }

  async #writeVerdict(id: string, reason: Reason): Promise<void> {
    const { store, clock } = this.#options;
    const profile = await store.profile(id);
    if (profile === null || isProfileOver(profile.status)) return;
    const failed = { ...profile, status: 'failed', reason, endedTimeMs: clock.now() } as const;
    await store.putProfile(failed);
    this.#options.groups.failed(failed);
  }

  async #close({ request, kind }: OpenProfile, status: string, reason: Reason | null): Promise<void> {
    if (!this.#open.delete(request.id) || kind === 'window') return;
    const detail = { node: request.node, status, reason: reason?.code ?? null };
    await this.#options.audit('profile-ended', 'collector', request.id, detail);
  }

  #publish({ kind, request: { id } }: OpenProfile): void {
    if (kind === 'asked') this.#options.bus.publish({ kind: 'profile', id });
  }

  #notConnected(node: string): ControlError {
    const { reason } = notConnected(node);
    return new ControlError('node-not-connected', reason.message, reason.remedy);
  }
}

function isOnNode(profile: Profile): profile is NodeProfile {
  return profile.node !== null && profile.target.kind !== 'file';
}

/** Those to whom it was told. */
function whoseOf({ owner, startedBy, process, target }: Profile): readonly string[] {
  const asker = target.kind === 'file' || process === null ? startedBy : undefined;
  return [owner, asker, process?.user].filter((user) => user !== undefined);
}

function toRequest(profile: NodeProfile): ProfileRequest {
  const { id, target, event, durationMs, frequencyHz, callGraph, withInlined, startAtMs } = profile;
  return { id, target, event, durationMs, frequencyHz, callGraph, withInlined, startAtMs };
}
