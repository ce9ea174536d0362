// The functions of a profile: which samples, in which shape, in which view. In: the profile. All that is chosen lives in the
// address, so that a link shows the same.
import { useMemo } from 'preact/hooks';
import type { Profile } from '../../../shared/api/profile.ts';
import type { ProfileStacks as SentStacks } from '../../../shared/api/profile-view.ts';
import { isProfileOver } from '../../../shared/model/profile.ts';
import { ApiError } from '../api/client.ts';
import { fetchStacks } from '../api/profile-resources.ts';
import { type ShownStacks, showStacks } from '../flame/shown-stacks.ts';
import { t } from '../i18n/language.ts';
import { ErrorNotice } from '../parts/notice.tsx';
import { useResource } from '../parts/use-resource.ts';
import { parameters } from '../state/navigation.ts';
import { readStacks, readView } from '../state/profile-choice.ts';
import { ChosenChips } from './chosen-chips.tsx';
import { DifferenceView } from './difference-view.tsx';
import { readPicked } from './function-choice.ts';
import { SpreadBars } from './spread-bars.tsx';
import { StackTools } from './stack-tools.tsx';
import { StackViews } from './stack-views.tsx';
import { TimeWindow } from './time-window.tsx';

export function ProfileStacks({ profile }: { readonly profile: Profile }) {
  const { id, status, samples: taken, reason } = profile;
  const choice = readStacks(parameters.value);
  const asked = JSON.stringify(choice);
  // A profile on several nodes shows what has come so far.
  const mayHave = isProfileOver(status) || profile.node === null;
  const answer = useResource(
    async (signal) => (mayHave ? loadStacks(id, choice, signal) : null),
    [id, asked, status, taken, mayHave],
  );
  const sent = answer.data.value;
  const shown = useMemo(() => (sent === null ? null : showStacks(sent)), [sent]);
  if (answer.error.value !== null) {
    return (
      <>
        <ErrorNotice error={answer.error.value} />
        <ChosenChips />
      </>
    );
  }
  if (sent === null || shown === null) {
    // A reason is told above, with its remedy; there is nothing to add to it.
    if (answer.loading.value && mayHave) return <p class="page-wait">{t('state.loading')}</p>;
    return reason !== null || !isProfileOver(status) ? null : (
      <p class="table-empty">{t('profile.noStacks')}</p>
    );
  }
  const isChosen = asked !== '{}';
  if (sent.weight === 0 && !isChosen) {
    return reason !== null ? null : <p class="table-empty">{t('profile.noSamples')}</p>;
  }
  return (
    <>
      {sent.timed && <Choice profile={profile} />}
      <section class="panel stacks" aria-label={t('profile.functions')} aria-busy={answer.loading.value}>
        <ChosenView {...{ profile, sent, shown }} />
        {sent.branches > sent.parents.length && (
          <p class="choice-note muted">
            {t('choice.cut', { shown: sent.parents.length, all: sent.branches })}
          </p>
        )}
      </section>
    </>
  );
}

interface ChosenViewProps {
  readonly profile: Profile;
  readonly sent: SentStacks;
  readonly shown: ShownStacks;
}

function ChosenView({ profile, sent, shown }: ChosenViewProps) {
  const view = readView(parameters.value);
  const query = parameters.value.get('q') ?? '';
  const icicle = parameters.value.get('root') !== 'bottom';
  return (
    <>
      <StackTools {...{ view, query, icicle }} />
      <ChosenChips />
      {sent.weight === 0 && <p class="table-empty">{t('choice.nothing')}</p>}
      {sent.weight > 0 && view === 'difference' && (
        <DifferenceView {...{ profile, query, icicle }} timed={sent.timed} />
      )}
      {sent.weight > 0 && view !== 'difference' && (
        <StackViews {...{ shown, view, query, icicle }} unit={profile.unit} />
      )}
    </>
  );
}

async function loadStacks(id: string, choice: ReturnType<typeof readStacks>, signal: AbortSignal) {
  try {
    return await fetchStacks(id, choice, { signal });
  } catch (error) {
    // Nothing has come yet, or nothing will: the profile itself says why.
    if (error instanceof ApiError && error.code === 'no-stacks') return null;
    throw error;
  }
}

/** Of whole profiles; how the picked function goes, where one is looked at. */
function Choice({ profile }: { readonly profile: Profile }) {
  const { by: _by, fold: _fold, ...samples } = readStacks(parameters.value);
  const picked = readView(parameters.value) === 'sandwich' ? readPicked(parameters.value) : null;
  const wanted =
    picked === null
      ? null
      : { function: picked.function, ...(picked.module === '' ? {} : { module: picked.module }) };
  return (
    <div class="panel choice" data-testid="choice">
      <TimeWindow {...{ profile, samples, wanted }} />
      <SpreadBars {...{ profile, samples, wanted }} />
    </div>
  );
}
