// In: changes by name, as the live bus numbers them. Out: the events that readers get, in the order of their numbers.
// Of several changes of one thing only the last is kept: readers are shown how it is, not how it came to be so.
import type { LiveEvent } from '../../shared/api/event.ts';
import type { Change, NumberedChange } from '../live/live-bus.ts';
import type { Query } from '../query/query.ts';

export interface NumberedEvent {
  readonly id: number;
  readonly event: LiveEvent;
  /** Of what is gone: the users to whom it was told. */
  readonly whose: readonly string[];
}

const nobody: readonly string[] = [];

export type EventQuery = Pick<Query, 'nodes' | 'profiles' | 'profile' | 'command'>;

/** How many of the newest profiles are looked through before one is asked for by itself. */
const recentProfiles = 200;

/** The same for all changes of one thing. */
export function subjectOf(change: Change): string {
  return 'node' in change ? `${change.kind} ${change.node}` : `${change.kind} ${change.id}`;
}

export async function resolveChanges(
  query: EventQuery,
  changes: readonly NumberedChange[],
): Promise<readonly NumberedEvent[]> {
  const latest = new Map<string, NumberedChange>();
  for (const numbered of changes) {
    const subject = subjectOf(numbered.change);
    latest.delete(subject);
    latest.set(subject, numbered);
  }
  const resolve = await resolver(query, [...latest.values()]);
  const events: NumberedEvent[] = [];
  for (const { id, change } of latest.values()) {
    const event = await resolve(change);
    if (event !== null) events.push({ id, event, whose: whoseOf(change) });
  }
  return events;
}

function whoseOf(change: Change): readonly string[] {
  return change.kind === 'profile-deleted' ? (change.whose ?? nobody) : nobody;
}

/** Lists are asked for once for all changes. What is gone meanwhile resolves to null: its deletion follows. */
async function resolver(
  query: EventQuery,
  changes: readonly NumberedChange[],
): Promise<(change: Change) => LiveEvent | null | Promise<LiveEvent | null>> {
  const kinds = new Set(changes.map(({ change }) => change.kind));
  const nodes = new Map((kinds.has('node') ? await query.nodes() : []).map((node) => [node.name, node]));
  const listed = kinds.has('profile') ? await query.profiles({ limit: recentProfiles }) : [];
  const profiles = new Map(listed.map((profile) => [profile.id, profile]));
  return (change) => {
    switch (change.kind) {
      case 'node': {
        const node = nodes.get(change.node);
        return node === undefined ? null : { kind: 'node', node };
      }
      case 'tick':
        return { kind: 'tick', node: change.node, time: change.timeMs / 1000 };
      case 'profile': {
        const profile = profiles.get(change.id);
        return profile === undefined ? oldProfile(query, change.id) : { kind: 'profile', profile };
      }
      case 'profile-deleted':
        return { kind: 'profile-deleted', id: change.id };
      case 'command':
        break;
    }
    return commandEvent(query, change.id);
  };
}

async function oldProfile(query: EventQuery, id: string): Promise<LiveEvent | null> {
  const profile = await query.profile(id);
  return profile === null ? null : { kind: 'profile', profile };
}

async function commandEvent(query: EventQuery, id: string): Promise<LiveEvent | null> {
  const command = await query.command(id);
  if (command === null) return null;
  const targets = command.targets.map((target) => ({ ...target, output: '' }));
  return { kind: 'command', command: { ...command, targets } };
}
