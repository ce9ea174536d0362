// In: a profile. Out: one line that says whom it shows, and of what where that is not time on a CPU; safe text.
import type { Profile } from '../../../../shared/model/profile.ts';
import { targetName } from '../../../../shared/profile-target.ts';
import { truncate, visible } from '../../../../shared/text.ts';

export function profileTitle(profile: Profile): string {
  const name = profile.process === null ? '' : `${profile.process.name} `;
  const where = profile.node === null ? '' : ` @ ${profile.node}`;
  const what = profile.event === 'cpu-clock' ? '' : `, ${profile.event}`;
  return `${truncate(visible(`${name}${targetName(profile.target)}${where}`), 300)}${what}`;
}
