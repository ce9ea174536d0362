// Profiles of a user. In: questions about profiles. Out: the same, answered for own ones; what shows somebody else is unknown. A
// profile is looked up before its stacks are asked for, so that both answers come the same way.
import type { ContinuousProfile } from '../../../shared/api/continuous-profile.ts';
import type { Profile } from '../../../shared/api/profile.ts';
import type { ContinuousQuery } from '../profiles/continuous-queries.ts';
import { unknownProfile } from '../profiles/profile-parts.ts';
import type { ViewQuestion } from '../profiles/views/view-question.ts';
import { unknownContinuous } from '../profiles/views/windows-view.ts';
import type { ListFilter, Query } from '../query.ts';
import type { OwnScope } from './own-scope.ts';

const pageLength = 1000;
/** Of everybody's profiles so many are looked through for a list. */
const maxPages = 20;
/** As many as are ever kept. */
const mostContinuous = 10_000;

export type ProfileQuestions = Pick<
  Query,
  'profiles' | 'profile' | 'profileParts' | 'profileView' | 'exportProfile'
>;

export function ownProfiles(query: ProfileQuestions, own: OwnScope): ProfileQuestions {
  const find = async (id: string): Promise<Profile | null> => {
    const profile = await query.profile(id);
    return profile !== null && own.isOwnProfile(profile) ? profile : null;
  };
  const require = async (id: string): Promise<void> => {
    if ((await find(id)) === null) throw unknownProfile(id);
  };
  return {
    profiles: (filter) => listOwn(query, own, filter),
    profile: find,
    async profileParts(id) {
      if ((await find(id)) === null) return [];
      return (await query.profileParts(id)).filter((part) => own.isOwnProfile(part));
    },
    async profileView(question) {
      await require(question.id);
      const base = baseOf(question);
      if (base !== undefined) await require(base);
      return query.profileView(question);
    },
    async exportProfile(question) {
      await require(question.id);
      return query.exportProfile(question);
    },
  };
}

/** Newest first, as many as are wanted, unless too many of others lie between. */
async function listOwn(
  query: Pick<Query, 'profiles'>,
  own: OwnScope,
  { limit, ...filter }: ListFilter & { node?: string },
): Promise<readonly Profile[]> {
  const found: Profile[] = [];
  let before = filter.beforeMs;
  for (let page = 0; page < maxPages && found.length < limit; page += 1) {
    const range = before === undefined ? {} : { beforeMs: before };
    const profiles = await query.profiles({ ...filter, ...range, limit: pageLength });
    found.push(...profiles.filter((profile) => own.isOwnProfile(profile)));
    const last = profiles.at(-1);
    if (last === undefined || profiles.length < pageLength) break;
    before = Math.round(last.created * 1000);
  }
  return found.slice(0, limit);
}

function baseOf(question: ViewQuestion): string | undefined {
  return question.view === 'difference' ? question.asked.base : undefined;
}

export function ownContinuous(query: ContinuousQuery, own: OwnScope): ContinuousQuery {
  const find = async (id: string): Promise<ContinuousProfile | null> => {
    const profile = await query.continuousProfile(id);
    return profile !== null && own.isOwnContinuous(profile) ? profile : null;
  };
  const require = async (id: string): Promise<void> => {
    if ((await find(id)) === null) throw unknownContinuous(id);
  };
  return {
    async continuousProfiles(limit) {
      const all = await query.continuousProfiles(mostContinuous);
      return all.filter((profile) => own.isOwnContinuous(profile)).slice(0, limit);
    },
    continuousProfile: find,
    async windows(id, times) {
      await require(id);
      return query.windows(id, times);
    },
    async windowStacks(id, times, shape) {
      await require(id);
      return query.windowStacks(id, times, shape);
    },
  };
}
