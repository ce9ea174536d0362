// In: a profile. Out: the file in which its stacks lie once it is over.
import { isWindow } from '../../../shared/model/continuous-profile.ts';
import type { Profile } from '../../../shared/model/profile.ts';
import { type Partition, partitionAt } from '../partitions/tier.ts';

export function homeOfStacks(profile: Pick<Profile, 'node' | 'parentId' | 'createdTimeMs'>): Partition {
  return partitionAt(isWindow(profile) ? 'continuous' : 'profiles', profile.createdTimeMs);
}
