// In: a part of a profile on several nodes. Out: it is under way, or stored as failed with the reason, so that its node is named.
import type { ProfileStore } from '../store/store.ts';
import type { ProfileGroups } from './profile-groups.ts';
import type { NodeProfile, ProfileLifecycle } from './profile-lifecycle.ts';
import type { ProfileKind } from './profile-room.ts';

interface PartDeps {
  readonly store: Pick<ProfileStore, 'putProfile'>;
  readonly groups: ProfileGroups;
  readonly lifecycle: ProfileLifecycle;
}

export async function beginPart(
  { lifecycle, store, groups }: PartDeps,
  part: NodeProfile,
  kind: ProfileKind,
): Promise<void> {
  const refusal = await lifecycle.begin(part, kind);
  if (refusal === null) return;
  const { code, message, remedy } = refusal;
  const failed = { ...part, status: 'failed', reason: { code, message, remedy } } as const;
  await store.putProfile(failed);
  groups.failed(failed);
}
