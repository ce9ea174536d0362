// What is read of a profile to show it. In: its id and what of it is wanted. Out: the profile with the chosen stacks, and which
// nodes have no part.
import type { Profile } from '../shared/api/profile.ts';
import { apiPath } from './api-client.ts';
import { type ChoiceOptions, choiceQuery, choiceText } from './profile-choice.ts';
import { readStacks } from './profile-stacks.ts';
import type { Session } from './session.ts';
import { partsLines } from './views/profile/profile-head.ts';
import type { ShownProfile } from './views/profile/profile-view.ts';

export function readProfile({ api }: Session, id: string): Promise<Profile> {
  return api.get<Profile>(apiPath`profiles/${id}`);
}

export async function readShownProfile(
  session: Session,
  id: string,
  options: ChoiceOptions,
): Promise<ShownProfile> {
  const { api, say } = session;
  const query = choiceQuery(options);
  const profile = await readProfile(session, id);
  const [chosen, parts] = await Promise.all([readStacks(api, id, query), readParts(session, profile)]);
  return { profile, chosen, choice: choiceText(query), remarks: partsLines(id, parts, say) };
}

/** None of a profile on one node. */
async function readParts({ api }: Session, { id, node, target }: Profile): Promise<readonly Profile[]> {
  if (node !== null || target.kind === 'file') return [];
  return api.get<readonly Profile[]>(apiPath`profiles/${id}/parts`);
}
