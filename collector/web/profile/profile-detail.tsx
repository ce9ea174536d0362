// All that is shown of a profile: how it went, its nodes, its functions in many views. Loaded when the first profile is looked
// at, with the words that nothing else needs.
import type { Profile } from '../../../shared/api/profile.ts';
import { addWords } from '../i18n/language.ts';
import { profileViewEn } from '../i18n/profile-view-en.ts';
import { profileViewZh } from '../i18n/profile-view-zh.ts';
import { ProfileHead } from './profile-head.tsx';
import { ProfileParts } from './profile-parts.tsx';
import { ProfileProgress } from './profile-progress.tsx';
import { ProfileStacks } from './profile-stacks.tsx';

addWords({ en: profileViewEn, zh: profileViewZh });

export interface ProfileDetailProps {
  readonly profile: Profile;
  readonly onChange: () => void;
}

export function ProfileDetail({ profile, onChange }: ProfileDetailProps) {
  return (
    <>
      <ProfileHead profile={profile} onChange={onChange} />
      <ProfileProgress profile={profile} />
      {profile.node === null && profile.target.kind !== 'file' && <ProfileParts profile={profile} />}
      <ProfileStacks profile={profile} />
    </>
  );
}
