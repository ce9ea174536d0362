// In: a profile. Out: one line that says whom it shows; safe text.
import type { Profile } from '../../../shared/model/profile.ts';
import { targetName } from '../../../shared/profile-target.ts';
import { truncate, visible } from '../../../shared/text.ts';

export function profileTitle(profile: Profile): string {
  const name = profile.process === null ? '' : `${profile.process.name} `;
  const where = profile.node === null ? '' : ` @ ${profile.node}`;
  return truncate(visible(`${name}${targetName(profile.target)}${where}`), 300);
}
