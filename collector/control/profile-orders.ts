// What people may ask of profiles, on one node or on many. In: orders. Out: profiles that are stored and under way.
// It refuses (ControlError) what is out of bounds, unknown nodes and jobs, and a single node that is away or busy; of many nodes
// those are parts that failed.
import type { Clock } from '../../shared/clock.ts';
import { type Profile, untoldProfile } from '../../shared/model/profile.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { NodeStore, ProfileStore } from '../store/store.ts';
import type { AuditTrail } from './audit-trail.ts';
import { beginPart } from './begin-part.ts';
import { ControlError, type StartProfileOrder } from './control.ts';
import { createId } from './identifiers.ts';
import { checkProfile, requireKnownNodes } from './order-checks.ts';
import type { ProfileGroups } from './profile-groups.ts';
import type { NodeProfile, ProfileLifecycle } from './profile-lifecycle.ts';

/** So long before many nodes begin at once they are told: each tries first how it finds callers, and perf has to start. */
const leadMs = 4_000;

export interface ProfileOrdersOptions {
  readonly store: ProfileStore & Pick<NodeStore, 'nodes'>;
  readonly bus: LiveBus;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly lifecycle: ProfileLifecycle;
  readonly groups: ProfileGroups;
  /** Nodes that run a job now. */
  readonly nodesOfJob: (job: string) => Promise<readonly string[]>;
  /** null: not known, or of several users. */
  readonly ownerOfJob: (job: string) => string | null;
  /** Wall clock of a node less this one, ms; 0 where it is not known. */
  readonly clockOffsetMs: (node: string) => number;
}

export class ProfileOrders {
  readonly #options: ProfileOrdersOptions;

  constructor(options: ProfileOrdersOptions) {
    this.#options = options;
  }

  async start(order: StartProfileOrder, actor: string): Promise<string> {
    const { store } = this.#options;
    checkProfile(order);
    const nodes = await this.#nodesOf(order);
    requireKnownNodes(nodes, new Set((await store.nodes()).map(({ name }) => name)));
    const [node] = nodes;
    const isOne = node !== undefined && nodes.length === 1 && order.nodes.length > 0;
    return isOne ? this.#startOne(order, node, actor) : this.#startMany(order, nodes, actor);
  }

  async stop(id: string, actor: string): Promise<void> {
    const { audit, groups, lifecycle } = this.#options;
    if (!groups.has(id) && lifecycle.nodeOf(id) === null) throw await this.#whyNotOpen(id);
    await audit('profile-stopped', actor, id, { node: lifecycle.nodeOf(id) });
    lifecycle.stop(id);
    for (const part of groups.partsOf(id)) lifecycle.stop(part.id);
  }

  /** With its parts. */
  async delete(id: string, actor: string): Promise<void> {
    const { audit, store, groups, lifecycle } = this.#options;
    const parts = await store.profileParts(id);
    groups.forget(id);
    for (const part of parts) await lifecycle.delete(part.id);
    if (!(await lifecycle.delete(id))) throw unknownProfile(id);
    await audit('profile-deleted', actor, id, {});
  }

  async #startOne(order: StartProfileOrder, node: string, actor: string): Promise<string> {
    const profile = { ...this.#create(order), node, parentId: null };
    const note = () => this.#note(order, profile.id, actor);
    const refusal = await this.#options.lifecycle.begin(profile, 'asked', note);
    if (refusal !== null) throw refusal;
    return profile.id;
  }

  /** Every node that was asked for gets a part; what cannot begin is a failed one. */
  async #startMany(order: StartProfileOrder, nodes: readonly string[], actor: string): Promise<string> {
    const { store, bus, groups, clock, clockOffsetMs } = this.#options;
    const whole = { node: null, nodeCount: nodes.length, parentId: null };
    const parent: Profile = { ...this.#create(order), ...whole };
    await this.#note(order, parent.id, actor);
    await store.putProfile(parent);
    const beginMs = clock.now() + leadMs;
    const parts = nodes.map((node) => {
      const startAtMs = Math.round(beginMs + clockOffsetMs(node));
      return { ...this.#create(order), node, parentId: parent.id, startAtMs };
    });
    groups.add(parent, parts);
    bus.publish({ kind: 'profile', id: parent.id });
    await Promise.all(parts.map((part) => beginPart(this.#options, part, 'asked')));
    return parent.id;
  }

  /** Without names: the nodes of the job. */
  async #nodesOf({ nodes, target }: StartProfileOrder): Promise<readonly string[]> {
    if (nodes.length > 0) return [...new Set(nodes)];
    if (target.kind !== 'job') throw noNode();
    const found = await this.#options.nodesOfJob(target.job);
    if (found.length === 0) throw unknownJob(target.job);
    return found;
  }

  async #note(order: StartProfileOrder, id: string, actor: string): Promise<void> {
    const { nodes, ...rest } = order;
    const named = nodes.length > mostNamed ? { nodes: nodes.length } : { nodes };
    await this.#options.audit('profile-requested', actor, id, { ...rest, ...named });
  }

  #create({ nodes: _nodes, ...order }: StartProfileOrder): Omit<NodeProfile, 'node' | 'parentId'> {
    const createdTimeMs = this.#options.clock.now();
    const id = createId('prf', createdTimeMs);
    const owner = order.target.kind === 'job' ? this.#options.ownerOfJob(order.target.job) : null;
    const own = owner === null ? {} : { owner };
    return { id, ...order, ...own, nodeCount: 1, startAtMs: null, createdTimeMs, ...untoldProfile };
  }

  async #whyNotOpen(id: string): Promise<ControlError> {
    const isKnown = (await this.#options.store.profile(id)) !== null;
    return isKnown
      ? new ControlError('already-over', `Profile ${id} is over.`, 'Nothing is left to stop.')
      : unknownProfile(id);
  }
}

/** In the audit log; more are counted. */
const mostNamed = 64;

function noNode(): ControlError {
  return new ControlError('unknown-node', 'The profile names no node.', 'Name at least one, or a job.');
}

function unknownJob(job: string): ControlError {
  const message = `job ${job}: no node says that it runs it`;
  return new ControlError('unknown-job', message, 'See where it runs: squeue, qstat, or jidi top NODE.');
}

function unknownProfile(id: string): ControlError {
  return new ControlError('unknown-profile', `There is no profile ${id}.`, 'List them: jidi profile ls');
}
