// In: the store, and who makes views of stacks. Out: the read models of profiles.
import type { Store } from '../../store/store.ts';
import type { Query } from '../query.ts';
import { toProfile } from '../views/profile.ts';
import type { ProfileViews } from './views/view-question.ts';

export function createProfileQueries(store: Store, views: ProfileViews) {
  return {
    async profiles(filter) {
      return (await store.profiles(filter)).map(toProfile);
    },
    async profile(id) {
      const profile = await store.profile(id);
      return profile === null ? null : toProfile(profile);
    },
    async profileParts(id) {
      return (await store.profileParts(id)).map(toProfile);
    },
    profileView: (question) => views.view(question),
    exportProfile: (question) => views.export(question),
  } satisfies Partial<Query>;
}
