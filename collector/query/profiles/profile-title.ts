// In: a profile. Out: one line that says whom it shows; safe text.
import type { Profile } from '../../../shared/model/profile.ts';
import { truncate, visible } from '../../../shared/text.ts';

export function profileTitle(profile: Profile): string {
  const name = profile.process === null ? '' : `${profile.process.name} `;
  return truncate(visible(`${name}${profile.pid} @ ${profile.node}`), 300);
}
