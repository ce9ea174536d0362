// The head of a profile's page: whom it shows, how it was taken, and what can be done with it.
import { useSignal } from '@preact/signals';
import type { ExportFormat, Profile } from '../../../shared/api/profile.ts';
import { formatRatio } from '../../../shared/format.ts';
import { isProfileOver } from '../../../shared/model/profile.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { deleteProfile, exportPath, stopProfile } from '../api/profile-resources.ts';
import { formatMoment } from '../charts/time-format.ts';
import { formatDuration, t } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { profileName } from '../parts/profile-list.tsx';
import { ProfileStatusBadge } from '../parts/state-badge.tsx';
import { navigate, parameters } from '../state/navigation.ts';
import { readStacks } from '../state/profile-choice.ts';
import { continuousPath, nodePath, profilePath } from '../state/route.ts';
import { offer } from '../state/session.ts';
import { trim } from '../state/time-range.ts';

export interface ProfileHeadProps {
  readonly profile: Profile;
  readonly onChange: () => void;
}

const formats: readonly ExportFormat[] = ['svg', 'folded', 'pprof', 'speedscope'];

export function ProfileHead({ profile, onChange }: ProfileHeadProps) {
  const error = useSignal<unknown>(null);
  const attempt = async (work: () => Promise<unknown>, after: () => void): Promise<void> => {
    error.value = null;
    try {
      await work();
      after();
    } catch (caught) {
      error.value = caught;
    }
  };
  return (
    <>
      <div class="page-bar">
        <Crumbs profile={profile} />
        <h1 class="mono">{profileName(profile)}</h1>
        <ProfileStatusBadge status={profile.status} />
        <span class="spacer" />
        {profile.samples > 0 && isProfileOver(profile.status) && <Exports id={profile.id} />}
        {!isProfileOver(profile.status) && (
          <StopButton onStop={() => void attempt(() => stopProfile(profile.id), onChange)} />
        )}
        <DeleteButton
          onDelete={() =>
            void attempt(
              () => deleteProfile(profile.id),
              () => navigate('/profiles'),
            )
          }
        />
      </div>
      {error.value !== null && <ErrorNotice error={error.value} />}
      <ProfileFacts profile={profile} />
    </>
  );
}

function Crumbs({ profile }: { readonly profile: Profile }) {
  return (
    <nav class="crumbs" aria-label={t('nav.path')}>
      <a href={profile.node === null ? '/profiles' : '/'}>
        {t(profile.node === null ? 'nav.profiles' : 'nav.nodes')}
      </a>
      <span aria-hidden="true">/</span>
      {profile.parent !== null && (
        <>
          <a href={profile.node === null ? continuousPath(profile.parent) : profilePath(profile.parent)}>
            {t(profile.node === null ? 'profiles.continuous' : 'profile.wholeOfPart')}
          </a>
          <span aria-hidden="true">/</span>
        </>
      )}
      {profile.node !== null && (
        <>
          <a href={nodeAtProfile(profile, profile.node)}>{visible(profile.node)}</a>
          <span aria-hidden="true">/</span>
        </>
      )}
    </nav>
  );
}

function StopButton({ onStop }: { readonly onStop: () => void }) {
  return (
    <button type="button" class="button" {...offer('profile:write')} onClick={onStop}>
      <Icon name="stop" />
      {t('profile.stop')}
    </button>
  );
}

/** Asks once more in place: a deleted profile cannot be brought back. */
function DeleteButton({ onDelete }: { readonly onDelete: () => void }) {
  const sure = useSignal(false);
  return (
    <button
      type="button"
      class={`button${sure.value ? ' danger' : ''}`}
      {...offer('profile:write')}
      onClick={() => {
        if (sure.value) onDelete();
        sure.value = !sure.value;
      }}
      onBlur={() => {
        sure.value = false;
      }}
    >
      <Icon name="trash" />
      {sure.value ? t('profile.deleteSure') : t('profile.delete')}
    </button>
  );
}

/** What is looked at is what is exported. */
function Exports({ id }: { readonly id: string }) {
  const choice = readStacks(parameters.value);
  const isChosen = Object.keys(choice).length > 0;
  return (
    <span
      class={`exports${isChosen ? ' chosen' : ''}`}
      role="group"
      aria-label={t('profile.export')}
      title={isChosen ? t('profile.exportChosen') : t('profile.export')}
    >
      <Icon name="download" />
      {formats.map((format) => (
        <a key={format} href={exportPath(id, format, choice)} download data-export={format}>
          {format}
        </a>
      ))}
    </span>
  );
}

function ProfileFacts({ profile }: { readonly profile: Profile }) {
  const facts: readonly (readonly [name: string, value: string | null])[] = [
    [t('process.user'), profile.user],
    [t('nav.nodes'), profile.node === null && profile.nodes > 0 ? String(profile.nodes) : null],
    [t('profile.started'), profile.started === null ? null : formatMoment(profile.started)],
    [t('profile.duration'), profile.duration === 0 ? null : formatDuration(profile.duration)],
    [t('profile.frequency'), `${profile.frequency} Hz`],
    [t('profile.event'), eventName(profile)],
    [t('profile.callGraph'), profile.callGraph],
    [t('profile.symbols'), profile.symbols === null ? null : formatRatio(profile.symbols.named)],
    [t('profile.samples'), String(profile.samples)],
    [t('profile.lost'), String(profile.lost)],
    [t('process.command'), profile.command],
  ];
  return (
    <dl class="facts" data-testid="profile-facts">
      {facts.map(([name, value]) =>
        value === null || value === '' ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={truncate(visible(value), 2000)}>{truncate(visible(value), 110)}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** As perf calls it, and what was asked for where that says more. */
function eventName({ sampledEvent, event }: Profile): string | null {
  return sampledEvent === null || sampledEvent === event ? sampledEvent : `${event} (${sampledEvent})`;
}

/** The node's page at the time of the profile. */
function nodeAtProfile({ started, ended, duration }: Profile, node: string): string {
  if (started === null) return nodePath(node);
  const end = ended ?? started + duration;
  const around = Math.max(120, (end - started) * 2);
  return `${nodePath(node)}?from=${trim(started - around)}&to=${trim(end + around)}&at=${trim(started)}`;
}
