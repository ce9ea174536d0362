// In: the store. Out: the read models of profiles: lists, one of them with its functions, views of its stacks, files.
import type { Profile, StackTree } from '../../../shared/model/profile.ts';
import { FunctionClasses } from '../../../shared/stacks/function-class.ts';
import type { Store } from '../../store/store.ts';
import type { Query } from '../query.ts';
import { toProfile } from '../views/profile.ts';
import { exportStacks } from './export.ts';
import { profileTrees } from './trees.ts';
import { viewDifference } from './views/difference-view.ts';
import { viewSpread } from './views/spread-view.ts';
import { viewStacks } from './views/stacks-view.ts';
import { viewTimeline } from './views/timeline-view.ts';

export function createProfileQueries(store: Store) {
  const classes = new FunctionClasses([]);
  return {
    async profiles(filter) {
      return (await store.profiles(filter)).map(toProfile);
    },
    async profile(id) {
      const profile = await store.profile(id);
      if (profile === null) return null;
      const tree = await stacksOf(store, profile);
      const trees = tree === null ? { bottomUp: null, topDown: null } : profileTrees(tree);
      return { ...toProfile(profile), ...trees };
    },
    async profileParts(id) {
      return (await store.profileParts(id)).map(toProfile);
    },
    profileStacks: (id, choice) => viewStacks(store, classes, { id, choice }),
    profileDifference: (id, asked) => viewDifference(store, classes, { id, asked }),
    profileTimeline: (id, asked) => viewTimeline(store, { id, asked }),
    profileSpread: (id, asked) => viewSpread(store, classes, { id, asked }),
    async exportProfile(id, format) {
      const profile = await store.profile(id);
      const tree = profile === null ? null : await stacksOf(store, profile);
      return profile === null || tree === null ? null : exportStacks(profile, tree, format);
    },
  } satisfies Partial<Query>;
}

/** Of a profile on several nodes those of all its parts; that of a file has none. */
async function stacksOf(store: Store, { id, node }: Profile): Promise<StackTree | null> {
  if (node !== null) return store.stacks(id);
  const parts = await store.profileParts(id);
  if (parts.length === 0) return store.stacks(id);
  return store.mergeStacks(parts.map((part) => part.id));
}
