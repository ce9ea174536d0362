// Asks what a profile is compared with: another profile, another window or another process or thread of this one, or its
// slowest rank against the one in the middle. The answer lives in the address.

import { useSignal } from '@preact/signals';
import type { Profile } from '../../../shared/api/profile.ts';
import { fetchProfiles, fetchSpread } from '../api/profile-resources.ts';
import { formatMoment } from '../charts/time-format.ts';
import { t } from '../i18n/language.ts';
import { profileName } from '../parts/profile-list.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { useResource } from '../parts/use-resource.ts';
import { parameters, setParameters } from '../state/navigation.ts';
import { noBase } from '../state/profile-choice.ts';
import { trim } from '../state/time-range.ts';
import { spreadName } from './spread-bars.tsx';

const kinds = ['profile', 'window', 'thread', 'slowest'] as const;
type Kind = (typeof kinds)[number];

export interface BaseChooserProps {
  readonly profile: Profile;
  /** Without times and threads only another profile is there to compare with. */
  readonly timed: boolean;
}

export function BaseChooser({ profile, timed }: BaseChooserProps) {
  const told = kindOf(parameters.value);
  const asked = useSignal<Kind>(told ?? (timed && profile.node === null ? 'slowest' : 'profile'));
  const kind = told ?? asked.value;
  const choices = kinds.filter((one) => one === 'profile' || timed);
  return (
    <div class="base-chooser" role="group" aria-label={t('difference.against')}>
      <span class="muted">{t('difference.against')}</span>
      <Segmented<Kind>
        label={t('difference.against')}
        choices={choices.map((value) => ({ value, name: t(`difference.kind.${value}`) }))}
        value={kind}
        onChoose={(value) => {
          asked.value = value;
          setParameters(
            { ...noBase, zoom: null, ...(value === 'slowest' ? { ranks: 'slowest' } : {}) },
            'push',
          );
        }}
      />
      {kind === 'profile' && <OtherProfile id={profile.id} />}
      {kind === 'window' && <OtherWindow profile={profile} />}
      {kind === 'thread' && <OtherThread id={profile.id} several={profile.node === null} />}
      {kind === 'slowest' && told === null && (
        <button type="button" class="button" onClick={() => setParameters({ ranks: 'slowest' }, 'push')}>
          {t('difference.compare')}
        </button>
      )}
    </div>
  );
}

function kindOf(search: URLSearchParams): Kind | null {
  if (search.get('ranks') === 'slowest') return 'slowest';
  if (search.get('base') !== null) return 'profile';
  if (search.get('baseThread') !== null || search.get('basePid') !== null) return 'thread';
  if (search.get('baseFrom') !== null || search.get('baseTo') !== null) return 'window';
  return null;
}

function OtherProfile({ id }: { readonly id: string }) {
  const list = useResource((signal) => fetchProfiles(undefined, { signal }), []);
  const others = (list.data.value ?? []).filter((one) => one.id !== id && one.samples > 0);
  const base = parameters.value.get('base') ?? '';
  return (
    <select
      aria-label={t('difference.kind.profile')}
      value={base}
      onChange={(event) => setParameters({ base: event.currentTarget.value || null, zoom: null }, 'push')}
    >
      <option value="">
        {list.data.value === null ? t('state.loading') : t('difference.chooseProfile')}
      </option>
      {base !== '' && !others.some((one) => one.id === base) && <option value={base}>{base}</option>}
      {others.map((one) => (
        <option key={one.id} value={one.id}>
          {`${formatMoment(one.created)} · ${one.node ?? ''} · ${profileName(one)}`}
        </option>
      ))}
    </select>
  );
}

function OtherWindow({ profile }: { readonly profile: Profile }) {
  const search = parameters.value;
  const own = search.get('from');
  // What comes before the window that is looked at, else the first half against the second.
  const propose = (): void => {
    const middle = profile.duration / 2;
    if (own !== null) setParameters({ baseFrom: '0', baseTo: own }, 'push');
    else setParameters({ baseFrom: '0', baseTo: trim(middle), from: trim(middle), to: null }, 'push');
  };
  const field = (name: 'baseFrom' | 'baseTo', label: string) => (
    <label class="inline-field">
      {label}
      <input
        type="number"
        min={0}
        max={profile.duration}
        step={0.1}
        value={search.get(name) ?? ''}
        onChange={(event) => {
          const typed = event.currentTarget.valueAsNumber;
          setParameters({ [name]: typed >= 0 ? trim(typed) : null }, 'push');
        }}
      />
    </label>
  );
  return (
    <>
      {field('baseFrom', t('time.from'))}
      {field('baseTo', t('time.to'))}
      <button type="button" class="button small" onClick={propose}>
        {t(own === null ? 'difference.halves' : 'difference.before')}
      </button>
    </>
  );
}

function OtherThread({ id, several }: { readonly id: string; readonly several: boolean }) {
  const over = several ? ('process' as const) : ('thread' as const);
  const spread = useResource((signal) => fetchSpread(id, { over }, { signal }), [id, over]);
  const search = parameters.value;
  const chosen = `${search.get('baseNode') ?? ''} ${search.get('basePid') ?? search.get('baseThread') ?? ''}`;
  return (
    <select
      aria-label={t('difference.kind.thread')}
      value={chosen.trim() === '' ? '' : chosen}
      onChange={(event) => {
        const [node = '', number = ''] = event.currentTarget.value.split(' ');
        const name = over === 'process' ? 'basePid' : 'baseThread';
        setParameters({ ...noBase, baseNode: node || null, [name]: number || null, zoom: null }, 'push');
      }}
    >
      <option value="">{t('difference.chooseThread')}</option>
      {(spread.data.value?.rows ?? []).map((row) => {
        const value = `${several ? row.node : ''} ${over === 'process' ? row.pid : row.thread}`;
        return (
          <option key={value} value={value}>
            {spreadName(row, several)}
          </option>
        );
      })}
    </select>
  );
}
