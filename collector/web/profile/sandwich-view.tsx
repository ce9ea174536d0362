// A function between those who call it and those whom it calls: two flame graphs that meet at it. In: stacks and the function
// in the address; without one the hottest is taken.
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { formatRatio } from '../../../shared/format.ts';
import type { WeightUnit } from '../../../shared/model/profile.ts';
import { calleesOf, callersOf, hottestFunctions, weighFunctions } from '../../../shared/stacks/functions.ts';
import { outermostCalls, type Stacks } from '../../../shared/stacks/stacks.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { FlameGraph } from '../flame/flame-graph.tsx';
import { matchedFrames } from '../flame/flame-search.ts';
import { ground, orderTree } from '../flame/flame-tree.ts';
import { frameName } from '../flame/frame-name.ts';
import type { TableProps } from '../flame/function-table.tsx';
import { BottomUpTable } from '../flame/function-tables.tsx';
import type { ShownStacks } from '../flame/shown-stacks.ts';
import { t } from '../i18n/language.ts';
import { parameters } from '../state/navigation.ts';
import type { BranchColors } from './branch-colors.ts';
import { branchWords } from './branch-words.tsx';
import { pickFunction, readPicked } from './function-choice.ts';

export interface SandwichViewProps {
  readonly shown: ShownStacks;
  readonly unit: WeightUnit;
  readonly colors: BranchColors;
  readonly tables: TableProps;
}

export function SandwichView({ shown, unit, colors, tables }: SandwichViewProps) {
  const { stacks } = shown;
  const picked = readPicked(parameters.value);
  const weights = useMemo(() => weighFunctions(stacks), [stacks]);
  const frame = useMemo(() => {
    const found = stacks.frames.findIndex(
      (one) => one.function === picked?.function && one.module === picked.module,
    );
    return picked === null ? (hottestFunctions(weights, 1)[0] ?? -1) : found;
  }, [stacks, weights, picked?.function, picked?.module]);
  const halves = useMemo(() => {
    if (frame < 0) return null;
    const isOutermost = outermostCalls(stacks);
    return { callers: callersOf(stacks, frame, isOutermost), callees: calleesOf(stacks, frame, isOutermost) };
  }, [stacks, frame]);
  const shared = { unit, colors, weight: stacks.weight, matches: tables.matches };
  const [name, total, self] = [stacks.frames[frame], weights.total[frame] ?? 0, weights.self[frame] ?? 0];
  return (
    <div class="split">
      <BottomUpTable stacks={stacks} {...tables} picked={frame} />
      <div class="sandwich" data-testid="sandwich">
        {halves === null || name === undefined ? (
          <p class="table-empty">
            {t('sandwich.gone', { name: truncate(visible(picked?.function ?? ''), 80) })}
          </p>
        ) : (
          <>
            <h3>{t('sandwich.callers')}</h3>
            <Half {...shared} stacks={halves.callers} icicle={false} label={t('sandwich.callersLabel')} />
            <p class="sandwich-name" data-testid="picked-function">
              <b class="mono">{truncate(frameName(name), 300)}</b>
              <span class="module mono">{visible(name.module)}</span>
              <span class="muted">
                {t('flame.shares', {
                  total: formatRatio(total / stacks.weight),
                  self: formatRatio(self / stacks.weight),
                  weight: '',
                }).replace(/ · $/, '')}
              </span>
            </p>
            <h3>{t('sandwich.callees')}</h3>
            <Half {...shared} stacks={halves.callees} icicle label={t('sandwich.calleesLabel')} />
          </>
        )}
      </div>
    </div>
  );
}

interface HalfProps extends Pick<SandwichViewProps, 'unit' | 'colors'> {
  readonly stacks: Stacks;
  readonly weight: number;
  readonly matches: TableProps['matches'];
  readonly icicle: boolean;
  readonly label: string;
}

function Half({ stacks, weight, unit, colors, matches, icicle, label }: HalfProps) {
  const tree = useMemo(() => orderTree(stacks), [stacks]);
  const colorOf = useMemo(() => colors.colorsOf(tree), [colors, tree]);
  const matched = useMemo(() => matchedFrames(tree, matches), [tree, matches]);
  const zoom = useSignal({ tree, branch: ground });
  const root = tree.order[0] ?? ground;
  const zoomed = zoom.value.tree === tree ? zoom.value.branch : root;
  return (
    <FlameGraph
      {...{ tree, colorOf, matched, icicle, label, zoomed }}
      testId={icicle ? 'callees-graph' : 'callers-graph'}
      base={root}
      share={0.3}
      describe={(branch) => branchWords({ stacks, weight, unit }, branch)}
      onZoom={(branch) => {
        zoom.value = { tree, branch };
      }}
      onPick={(id) => pickFunction(tree.frames[id])}
    />
  );
}
