// For whoever may not see what programs were started with. In: questions. Out: the same, in whose answers command lines are empty
// or null: of processes, of profiles and in files made of them.
import type { Profile } from '../../shared/api/profile.ts';
import type { ContinuousQuery } from './profiles/continuous-queries.ts';
import type { Query } from './query.ts';

export function withoutCommandLines(query: Query): Query {
  return {
    ...query,
    async processes(node, wish) {
      const table = await query.processes(node, wish);
      return table === null ? null : { ...table, processes: table.processes.map(withoutCommand) };
    },
    async topProcesses(wish) {
      const uses = await query.topProcesses(wish);
      return { ...uses, processes: uses.processes.map(withoutCommand) };
    },
    profiles: async (filter) => (await query.profiles(filter)).map(profileWithoutCommand),
    async profile(id) {
      const profile = await query.profile(id);
      return profile === null ? null : profileWithoutCommand(profile);
    },
    profileParts: async (id) => (await query.profileParts(id)).map(profileWithoutCommand),
    profileView: (question) => query.profileView({ ...question, withoutCommand: true }),
  };
}

export function continuousWithoutCommandLines(query: ContinuousQuery): ContinuousQuery {
  return {
    ...query,
    windows: async (id, times) => (await query.windows(id, times)).map(profileWithoutCommand),
  };
}

export function profileWithoutCommand(profile: Profile): Profile {
  return profile.command === null ? profile : { ...profile, command: null };
}

function withoutCommand<T extends { readonly command: string }>(process: T): T {
  return { ...process, command: '' };
}
