// What whoever asks may see and order. In: a request, after the gate. Out: the questions and orders of its principal: of a user cut to
// what is its own, without command lines where the permission for them is missing, else as they are.
import type { FastifyRequest } from 'fastify';
import type { LiveEvent } from '../../shared/api/event.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Permission, Principal } from '../../shared/model/role.ts';
import type { Control } from '../control/control.ts';
import { type OwnThings, ownOrders } from '../control/own-orders.ts';
import type { JobOwners } from '../query/own-rows/job-owners.ts';
import { ownContinuous } from '../query/own-rows/own-profiles.ts';
import { OwnScope } from '../query/own-rows/own-scope.ts';
import type { ContinuousQuery } from '../query/profiles/continuous-queries.ts';
import type { Query } from '../query/query.ts';
import {
  continuousWithoutCommandLines,
  profileWithoutCommand,
  withoutCommandLines,
} from '../query/without-command-lines.ts';

export interface SightDeps {
  readonly query: Query;
  readonly continuous: ContinuousQuery;
  readonly control: Control;
  readonly owners: JobOwners;
  /** All questions, answered from own rows. */
  readonly ownQuery: (own: OwnScope) => Query;
  readonly clock: Clock;
}

export interface Sight {
  readonly query: Query;
  readonly continuous: ContinuousQuery;
  readonly control: Control;
  /** The event as the principal may see it; null: not at all. `whose`: the users to whom what is gone belonged. */
  see(event: LiveEvent, whose: readonly string[]): LiveEvent | null;
}

export type SightOf = (request: Pick<FastifyRequest, 'principal'>) => Sight;

export function createSights(deps: SightDeps): SightOf {
  return ({ principal }) =>
    principal.role === 'user' ? userSight(deps, principal) : fullSight(deps, principal);
}

function fullSight({ query, continuous, control }: SightDeps, principal: Principal): Sight {
  const named: Control = {
    ...ordersOf(control),
    startProfile: (order, actor) => control.startProfile({ ...order, startedBy: principal.name }, actor),
    startContinuous: (order, actor) =>
      control.startContinuous({ ...order, startedBy: principal.name }, actor),
  };
  return masked({ query, continuous, control: named, see: (event) => event }, principal);
}

function userSight(deps: SightDeps, principal: Principal): Sight {
  const { owners, control, clock } = deps;
  const own = new OwnScope(principal.name, owners);
  const query = deps.ownQuery(own);
  const continuous = ownContinuous(deps.continuous, own);
  const orders = ownOrders(control, thingsOf(own, { query, continuous }));
  const see = (event: LiveEvent, whose: readonly string[]) =>
    isOwnEvent(own, { event, whose, nowMs: clock.now() }) ? event : null;
  return masked({ query, continuous, control: orders, see }, principal);
}

function thingsOf(own: OwnScope, { query, continuous }: Pick<Sight, 'query' | 'continuous'>): OwnThings {
  return {
    user: own.user,
    isOwnJob: (job) => own.isOwnJob(job),
    knowsNode: (node) => own.knows(node),
    async processStart(node, pid) {
      const table = await query.processes(node, { atMs: null });
      const found = table?.processes.find((process) => process.pid === pid);
      return found === undefined ? null : Math.round(found.startTime * 1000);
    },
    profile: (id) => query.profile(id),
    continuousProfile: (id) => continuous.continuousProfile(id),
  };
}

interface Noted {
  readonly event: LiveEvent;
  readonly whose: readonly string[];
  readonly nowMs: number;
}

function isOwnEvent(own: OwnScope, { event, whose, nowMs }: Noted): boolean {
  switch (event.kind) {
    case 'node':
      return own.isThere(event.node.name, nowMs);
    case 'tick':
      return own.isThere(event.node, nowMs) && own.isThere(event.node, event.time * 1000);
    case 'profile':
      return own.isOwnProfile(event.profile);
    case 'profile-deleted':
      return whose.includes(own.user);
    case 'command':
      break;
  }
  return false;
}

/** By permissions: a token may have fewer than the role. */
function masked(sight: Sight, { permissions }: Principal): Sight {
  const seesCommandLines = permissions.includes('command-line:read');
  const see: Sight['see'] = (event, whose) => {
    const seen = permissions.includes(neededFor(event)) ? sight.see(event, whose) : null;
    if (seesCommandLines || seen?.kind !== 'profile') return seen;
    return { ...seen, profile: profileWithoutCommand(seen.profile) };
  };
  if (seesCommandLines) return { ...sight, see };
  const { query, continuous, control } = sight;
  return {
    query: withoutCommandLines(query),
    continuous: continuousWithoutCommandLines(continuous),
    control,
    see,
  };
}

function neededFor({ kind }: LiveEvent): Permission {
  if (kind === 'node' || kind === 'tick') return 'cluster:read';
  return kind === 'command' ? 'command:read' : 'profile:read';
}

/** As plain functions: it may be of a class. */
function ordersOf(control: Control): Control {
  return {
    startProfile: (order, actor) => control.startProfile(order, actor),
    stopProfile: (id, actor) => control.stopProfile(id, actor),
    deleteProfile: (id, actor) => control.deleteProfile(id, actor),
    startContinuous: (order, actor) => control.startContinuous(order, actor),
    stopContinuous: (id, actor) => control.stopContinuous(id, actor),
    runCommand: (order, actor) => control.runCommand(order, actor),
    cancelCommand: (id, actor) => control.cancelCommand(id, actor),
    actions: () => control.actions(),
  };
}
