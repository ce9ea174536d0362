// One continuous profile: how it goes, the functions of the windows of a range of time as one tree, and each of these windows,
// which is a profile of its own. In: its id. The range lives in the address.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { ContinuousProfile } from '../../../shared/api/continuous-profile.ts';
import type { Profile } from '../../../shared/api/profile.ts';
import type { ProfileStacks } from '../../../shared/api/profile-view.ts';
import { ApiError } from '../api/client.ts';
import {
  fetchContinuousOne,
  fetchWindowStacks,
  fetchWindows,
  stopContinuous,
} from '../api/continuous-resources.ts';
import { formatMoment } from '../charts/time-format.ts';
import { showStacks } from '../flame/shown-stacks.ts';
import { formatDuration, say, t, type Words } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { ErrorNotice, ReasonNotice } from '../parts/notice.tsx';
import { PageBar } from '../parts/page-bar.tsx';
import { ProfileList } from '../parts/profile-list.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { useResource } from '../parts/use-resource.ts';
import { StackTools } from '../profile/stack-tools.tsx';
import { StackViews } from '../profile/stack-views.tsx';
import { parameters, setParameters } from '../state/navigation.ts';
import { readStacks, readView, stackViews } from '../state/profile-choice.ts';
import { offer } from '../state/session.ts';
import { ContinuousStatus, pollMs, whoseName } from './continuous-list.tsx';
import { continuousWords as words } from './continuous-words.ts';

const spans = [900, 3600, 21_600, 86_400] as const;
const spanWords: Readonly<Record<(typeof spans)[number], Words>> = {
  900: ['15 min', '15 分钟'],
  3600: ['1 h', '1 小时'],
  21600: ['6 h', '6 小时'],
  86400: ['1 d', '1 天'],
};
const usualSpan = 3600;
/** There is no other side to compare with. */
const views = stackViews.filter((view) => view !== 'difference');

export function ContinuousWindows({ id }: { readonly id: string }) {
  const span = spans.find((one) => String(one) === parameters.value.get('span')) ?? usualSpan;
  const profile = useResource((signal) => fetchContinuousOne(id, { signal }), [id]);
  const windows = useResource((signal) => fetchWindows(id, `-${span}s`, { signal }), [id, span]);
  const { by, fold } = readStacks(parameters.value);
  const choice = { from: `-${span}s`, ...(by && { by }), ...(fold && { fold }) };
  // What has no samples yet is not asked for.
  const over = (windows.data.value ?? []).filter(
    ({ samples, ended }) => samples > 0 && ended !== null,
  ).length;
  const stacks = useResource(
    async (signal) => (over === 0 ? null : loadStacks(id, choice, signal)),
    [id, span, by ?? '', fold === true, over],
  );
  useEffect(() => {
    const timer = setInterval(() => {
      profile.reload();
      windows.reload();
    }, pollMs);
    return () => clearInterval(timer);
  }, [id, span]);
  const [told, list] = [profile.data.value, windows.data.value];
  const failure = profile.error.value ?? windows.error.value ?? stacks.error.value;
  return (
    <>
      {told === null ? (
        <PageBar title={id} list="/continuous" listName={say(words.title)} />
      ) : (
        <Head profile={told} onChange={profile.reload} />
      )}
      {failure !== null && <ErrorNotice error={failure} />}
      <div class="tool-line continuous-range">
        <span class="muted">{say(words.range)}</span>
        <Segmented
          label={say(words.range)}
          choices={spans.map((value) => ({ value: String(value), name: say(spanWords[value]) }))}
          value={String(span)}
          onChoose={(value) => setParameters({ span: value, zoom: null }, 'push')}
        />
      </div>
      <Functions sent={stacks.data.value} windows={list ?? []} isLoading={stacks.loading.value} />
      <section class="panel" aria-label={say(words.each)}>
        {list !== null && list.length > 0 && <ProfileList profiles={list} withNode />}
        {list?.length === 0 && <p class="table-empty">{say(words.noWindows)}</p>}
      </section>
    </>
  );
}

interface FunctionsProps {
  readonly sent: ProfileStacks | null;
  readonly windows: readonly Profile[];
  readonly isLoading: boolean;
}

function Functions({ sent, windows, isLoading }: FunctionsProps) {
  const shown = useMemo(() => (sent === null ? null : showStacks(sent)), [sent]);
  const view = readView(parameters.value);
  const query = parameters.value.get('q') ?? '';
  const icicle = parameters.value.get('root') !== 'bottom';
  if (sent === null || shown === null || sent.weight === 0) {
    return <p class="table-empty">{isLoading ? t('state.loading') : say(words.noStacks)}</p>;
  }
  const unit = windows.find(({ sampledEvent }) => sampledEvent !== null)?.unit ?? 'samples';
  return (
    <section class="panel stacks" aria-label={say(words.together)} aria-busy={isLoading}>
      <StackTools {...{ view, query, icicle, views }} />
      <StackViews {...{ shown, query, icicle, unit }} view={view === 'difference' ? 'both' : view} />
    </section>
  );
}

async function loadStacks(id: string, choice: Parameters<typeof fetchWindowStacks>[1], signal: AbortSignal) {
  try {
    return await fetchWindowStacks(id, choice, { signal });
  } catch (error) {
    // Nothing was sampled in this range.
    if (error instanceof ApiError && error.code === 'no-stacks') return null;
    throw error;
  }
}

interface HeadProps {
  readonly profile: ContinuousProfile;
  readonly onChange: () => void;
}

function Head({ profile, onChange }: HeadProps) {
  const error = useSignal<unknown>(null);
  const stop = async (): Promise<void> => {
    try {
      await stopContinuous(profile.id);
      onChange();
    } catch (caught) {
      error.value = caught;
    }
  };
  const facts: readonly (readonly [string, string])[] = [
    [t('profile.started'), formatMoment(profile.created)],
    [say(words.window), formatDuration(profile.window)],
    [t('profile.frequency'), `${profile.frequency} Hz`],
    [t('profile.event'), profile.event],
    [say(words.windows), String(profile.windows)],
    [say(words.lastWindow), profile.lastWindow === null ? '–' : formatMoment(profile.lastWindow)],
  ];
  return (
    <>
      <div class="page-bar">
        <nav class="crumbs" aria-label={t('nav.path')}>
          <a href="/continuous">{say(words.title)}</a>
          <span aria-hidden="true">/</span>
        </nav>
        <h1 class="mono">{whoseName(profile)}</h1>
        <ContinuousStatus profile={profile} />
        <span class="spacer" />
        {profile.status === 'running' && (
          <button type="button" class="button" {...offer('profile:write')} onClick={() => void stop()}>
            <Icon name="stop" />
            {t('profile.stop')}
          </button>
        )}
      </div>
      {error.value !== null && <ErrorNotice error={error.value} />}
      {profile.reason !== null && <ReasonNotice kind="warn" reason={profile.reason} />}
      <dl class="facts" data-testid="continuous-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
