// What differs between two sets of samples: of this profile and another, of two windows, two ranks, or the slowest rank and the
// one in the middle. A flame graph of both, and a table that says how sure it is of each change.
import { useMemo } from 'preact/hooks';
import type { Profile } from '../../../shared/api/profile.ts';
import type { SharesDiffer } from '../../../shared/stacks/proportions.ts';
import { fetchDifference } from '../api/profile-resources.ts';
import { FlameGraph } from '../flame/flame-graph.tsx';
import { matchedFrames, toMatcher } from '../flame/flame-search.ts';
import { branchWord, findBranch, ground } from '../flame/flame-tree.ts';
import { type ShownDifference, showDifference } from '../flame/shown-stacks.ts';
import { t } from '../i18n/language.ts';
import { ErrorNotice } from '../parts/notice.tsx';
import { useResource } from '../parts/use-resource.ts';
import { parameters, setParameters } from '../state/navigation.ts';
import { type Difference, readDifference } from '../state/profile-choice.ts';
import { theme } from '../state/theme.ts';
import { BaseChooser } from './base-chooser.tsx';
import { groundColor } from './branch-colors.ts';
import { differenceColor, differenceRamp, judgeBranches } from './difference-colors.ts';
import { DifferenceSides } from './difference-sides.tsx';
import { DifferenceTable } from './difference-table.tsx';
import { pickFunction } from './function-choice.ts';
import { formatPoints, formatShares } from './points.ts';

export interface DifferenceViewProps {
  readonly profile: Profile;
  readonly query: string;
  readonly icicle: boolean;
  /** Samples have a time and a thread. */
  readonly timed: boolean;
}

export function DifferenceView(props: DifferenceViewProps) {
  const { profile, timed } = props;
  const choice = readDifference(parameters.value);
  return (
    <>
      <BaseChooser profile={profile} timed={timed} />
      {choice === null ? (
        <p class="table-empty">{t('difference.choose')}</p>
      ) : (
        <Compared {...props} choice={choice} />
      )}
    </>
  );
}

function Compared({ profile, choice, query, icicle }: DifferenceViewProps & { readonly choice: Difference }) {
  const answer = useResource(
    (signal) => fetchDifference(profile.id, choice, { signal }),
    [profile.id, JSON.stringify(choice)],
  );
  const sent = answer.data.value;
  const shown = useMemo(() => (sent === null ? null : showDifference(sent)), [sent]);
  if (answer.error.value !== null) return <ErrorNotice error={answer.error.value} />;
  if (sent === null || shown === null) return <p class="table-empty">{t('state.loading')}</p>;
  return (
    <>
      <DifferenceSides of={sent.of} base={sent.base} profile={profile} />
      {sent.weight === 0 || sent.baseWeight === 0 ? (
        <p class="table-empty">{t('difference.empty')}</p>
      ) : (
        <div class="split difference">
          <DifferenceTable shown={shown} query={query} />
          <DifferenceFlame shown={shown} query={query} icicle={icicle} />
        </div>
      )}
    </>
  );
}

interface DifferenceFlameProps {
  readonly shown: ShownDifference;
  readonly query: string;
  readonly icicle: boolean;
}

function DifferenceFlame({ shown, query, icicle }: DifferenceFlameProps) {
  const { tree } = shown;
  const shownTheme = theme.value;
  const judged = useMemo(() => judgeBranches(shown), [shown]);
  const colorOf = useMemo(
    () => (branch: number) =>
      branch === ground ? groundColor(shownTheme) : differenceColor(judged.judge(branch), shownTheme),
    [judged, shownTheme],
  );
  const matched = useMemo(() => matchedFrames(tree, toMatcher(query)), [tree, query]);
  const word = parameters.value.get('zoom');
  const zoomed = useMemo(() => (word === null ? ground : findBranch(tree, word)), [tree, word]);
  return (
    <div>
      <p class="difference-legend muted">
        <span>{t('difference.less')}</span>
        {differenceRamp(shownTheme).map((color) => (
          <i key={color} style={{ background: color }} aria-hidden="true" />
        ))}
        <span>{t('difference.more')}</span>
        <span>· {t('difference.grey')}</span>
        <span>· {t('difference.width')}</span>
      </p>
      <FlameGraph
        {...{ tree, colorOf, matched, icicle, zoomed }}
        label={t('difference.label')}
        testId="difference-graph"
        describe={(branch) => describe(judged.judge(branch), judged.baseShare(branch), judged.share(branch))}
        onZoom={(branch) =>
          setParameters({ zoom: branch === ground ? null : branchWord(tree, branch) }, 'push')
        }
        onPick={(frame) => pickFunction(tree.frames[frame])}
      />
    </div>
  );
}

function describe(judged: SharesDiffer, before: number, now: number) {
  const { difference, low, high, isSure } = judged;
  const change = t('difference.change', { change: formatPoints(difference) });
  const between = t('difference.between', { low: formatPoints(low), high: formatPoints(high) });
  const chance = isSure ? '' : t('difference.chance');
  return {
    line: [formatShares(before, now), change, between, chance].filter((part) => part !== '').join(' · '),
    rows: [
      formatShares(before, now),
      <b>{change}</b>,
      <span class="muted">{between}</span>,
      ...(isSure ? [] : [<span class="chance">{chance}</span>]),
    ],
  };
}
