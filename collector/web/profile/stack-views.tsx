// The stacks of a profile in the chosen view: flame graph, tree, table, both, or a function between its callers and callees.
// One search, one zoom, one choice of colours for all; they live in the address.
import { useMemo } from 'preact/hooks';
import { formatRatio } from '../../../shared/format.ts';
import type { WeightUnit } from '../../../shared/model/profile.ts';
import { FlameGraph } from '../flame/flame-graph.tsx';
import { matchedFrames, matchedShare, toMatcher } from '../flame/flame-search.ts';
import { branchWord, findBranch, ground } from '../flame/flame-tree.ts';
import { BottomUpTable, TopDownTable } from '../flame/function-tables.tsx';
import type { ShownStacks } from '../flame/shown-stacks.ts';
import { t } from '../i18n/language.ts';
import { parameters, setParameters } from '../state/navigation.ts';
import { readColoring, type StackView } from '../state/profile-choice.ts';
import { useColors } from './branch-colors.ts';
import { branchWords } from './branch-words.tsx';
import { ColorLegend } from './color-legend.tsx';
import { findText, pickFunction } from './function-choice.ts';
import { SandwichView } from './sandwich-view.tsx';

export interface StackViewsProps {
  readonly shown: ShownStacks;
  readonly unit: WeightUnit;
  readonly view: StackView;
  readonly query: string;
  readonly icicle: boolean;
}

export function StackViews({ shown, unit, view, query, icicle }: StackViewsProps) {
  const { stacks, tree } = shown;
  const coloring = readColoring(parameters.value);
  const colors = useColors(shown, coloring);
  const colorOf = useMemo(() => colors.colorsOf(tree), [colors, tree]);
  const matches = useMemo(() => toMatcher(query), [query]);
  const matched = useMemo(() => matchedFrames(tree, matches), [tree, matches]);
  const word = parameters.value.get('zoom');
  const zoomed = useMemo(() => (word === null ? ground : findBranch(tree, word)), [tree, word]);
  const tables = {
    matches,
    onFind: findText,
    onPick: (frame: number) => pickFunction(tree.frames[frame]),
  };
  const flame = (
    <FlameGraph
      {...{ tree, colorOf, matched, icicle, zoomed }}
      label={t('flame.label')}
      describe={(branch) => branchWords({ stacks, weight: stacks.weight, unit }, branch)}
      onZoom={(branch) => zoomTo(branch === ground ? null : branchWord(tree, branch))}
      onPick={tables.onPick}
    />
  );
  return (
    <>
      {view !== 'top-down' && view !== 'bottom-up' && (
        <ColorLegend {...{ colors, coloring }} weight={stacks.weight} onFind={findText} />
      )}
      {matched !== null && (
        <p class="match-share" data-testid="match-share">
          {t('flame.matched', { share: formatRatio(matchedShare(tree, matched)) })}
        </p>
      )}
      {view === 'flame' && flame}
      {view === 'bottom-up' && <BottomUpTable stacks={stacks} {...tables} />}
      {view === 'top-down' && <TopDownTable tree={tree} stacks={stacks} {...tables} />}
      {view === 'sandwich' && <SandwichView {...{ shown, unit, colors, tables }} />}
      {view === 'both' && (
        <div class="split">
          <BottomUpTable stacks={stacks} {...tables} />
          {flame}
        </div>
      )}
    </>
  );
}

function zoomTo(word: string | null): void {
  setParameters({ zoom: word }, 'push');
}
