// Profiles as a table; each row leads to its page.
import type { Profile } from '../../../shared/api/profile.ts';
import { targetName } from '../../../shared/profile-target.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { formatMoment } from '../charts/time-format.ts';
import { formatDuration, t } from '../i18n/language.ts';
import { nodePath, profilePath } from '../state/route.ts';
import { ProfileStatusBadge } from './state-badge.tsx';

export interface ProfileListProps {
  readonly profiles: readonly Profile[];
  readonly withNode: boolean;
}

export function ProfileList({ profiles, withNode }: ProfileListProps) {
  return (
    <div class="table-scroll">
      <table class="table profiles" data-testid="profile-list" aria-label={t('nav.profiles')}>
        <thead>
          <tr>
            <th scope="col">{t('profile.created')}</th>
            {withNode && <th scope="col">{t('node.name')}</th>}
            <th scope="col">{t('profile.process')}</th>
            <th scope="col">{t('process.user')}</th>
            <th scope="col">{t('profile.status')}</th>
            <th scope="col" class="number">
              {t('profile.duration')}
            </th>
            <th scope="col" class="number">
              {t('profile.frequency')}
            </th>
            <th scope="col" class="number">
              {t('profile.samples')}
            </th>
          </tr>
        </thead>
        <tbody>
          {profiles.map((profile) => (
            <ProfileRow key={profile.id} profile={profile} withNode={withNode} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface ProfileRowProps {
  readonly profile: Profile;
  readonly withNode: boolean;
}

function ProfileRow({ profile, withNode }: ProfileRowProps) {
  return (
    <tr>
      <td class="mono">{formatMoment(profile.created)}</td>
      {withNode && (
        <td>
          <ProfileNode profile={profile} />
        </td>
      )}
      <th scope="row">
        <a href={profilePath(profile.id)} class="mono">
          {profileName(profile)}
        </a>
      </th>
      <td>{profile.user === null ? '–' : visible(profile.user)}</td>
      <td>
        <ProfileStatusBadge status={profile.status} />
        {profile.status === 'running' && (
          <span class="muted"> {`${Math.round(profile.progress * 100)} %`}</span>
        )}
      </td>
      <td class="number">{profile.duration === 0 ? '–' : formatDuration(profile.duration)}</td>
      <td class="number">{`${profile.frequency} Hz`}</td>
      <td class="number">{profile.samples}</td>
    </tr>
  );
}

function ProfileNode({ profile: { node, nodes } }: Pick<ProfileRowProps, 'profile'>) {
  if (node !== null) return <a href={nodePath(node)}>{visible(node)}</a>;
  return <span class="muted">{nodes === 0 ? t('profile.fromFile') : nodeCount(nodes)}</span>;
}

function nodeCount(nodes: number): string {
  return t(nodes === 1 ? 'profile.oneNode' : 'profile.nodeCount', { n: nodes });
}

export function profileName({ name, target }: Pick<Profile, 'name' | 'target'>): string {
  if (target.kind === 'node') return t('target.wholeNode');
  const what =
    target.kind === 'job'
      ? t('target.jobNamed', { job: truncate(visible(target.job), 60) })
      : truncate(visible(targetName(target)), 60);
  if (name !== null && name !== '' && name !== what) return `${truncate(visible(name), 60)} · ${what}`;
  return target.kind === 'process' ? `PID ${what}` : what;
}
