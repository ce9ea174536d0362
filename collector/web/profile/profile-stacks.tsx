// The functions of a profile: flame graph and tables, one search for all of them. View and search live in the address.
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { HotFunction, ProfileDetail, StackNode } from '../../../shared/api/profile.ts';
import { formatRatio } from '../../../shared/format.ts';
import { isProfileOver } from '../../../shared/model/profile.ts';
import { FlameGraph } from '../flame/flame-graph.tsx';
import { type Matcher, matchedShare, toMatcher } from '../flame/flame-search.ts';
import { BottomUpTable, TopDownTable } from '../flame/function-tables.tsx';
import { t } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { parameters, setParameters } from '../state/navigation.ts';

const views = ['both', 'flame', 'bottom-up', 'top-down'] as const;
type View = (typeof views)[number];

export function ProfileStacks({ profile }: { readonly profile: ProfileDetail }) {
  const { topDown, bottomUp, status, reason } = profile;
  // A reason is told above, with its remedy; there is nothing to add to it.
  const silent = reason !== null || !isProfileOver(status);
  if (topDown === null || bottomUp === null) {
    return silent ? null : <p class="table-empty">{t('profile.noStacks')}</p>;
  }
  if (topDown.total === 0 && silent) return null;
  if (topDown.total === 0) return <p class="table-empty">{t('profile.noSamples')}</p>;
  return <Stacks topDown={topDown} bottomUp={bottomUp} />;
}

interface StacksProps {
  readonly topDown: StackNode;
  readonly bottomUp: readonly HotFunction[];
}

const nothing: readonly StackNode[] = [];

function Stacks({ topDown, bottomUp }: StacksProps) {
  const path = useSignal<readonly StackNode[]>(nothing);
  const query = parameters.value.get('q') ?? '';
  const view = views.find((one) => one === parameters.value.get('view')) ?? 'both';
  const icicle = parameters.value.get('root') !== 'bottom';
  const matches = useMemo(() => toMatcher(query), [query]);
  const pick = (name: string): void => search(query === name ? '' : name);
  const flame = (
    <FlameGraph
      root={topDown}
      matches={matches}
      icicle={icicle}
      path={path.value}
      onZoom={(next) => {
        path.value = next.length > 1 ? next : nothing;
      }}
    />
  );
  return (
    <section class="panel" aria-label={t('profile.functions')}>
      <StackTools
        {...{ view, query, icicle, topDown, matches }}
        zoomed={path.value.length > 0}
        onReset={() => {
          path.value = nothing;
        }}
      />
      {view === 'flame' && flame}
      {view === 'bottom-up' && <BottomUpTable rows={bottomUp} matches={matches} onPick={pick} />}
      {view === 'top-down' && <TopDownTable root={topDown} matches={matches} onPick={pick} />}
      {view === 'both' && (
        <div class="split">
          <BottomUpTable rows={bottomUp} matches={matches} onPick={pick} />
          {flame}
        </div>
      )}
    </section>
  );
}

interface StackToolsProps {
  readonly view: View;
  readonly query: string;
  readonly icicle: boolean;
  readonly topDown: StackNode;
  readonly matches: Matcher | null;
  readonly zoomed: boolean;
  readonly onReset: () => void;
}

function StackTools({ view, query, icicle, topDown, matches, zoomed, onReset }: StackToolsProps) {
  return (
    <header class="panel-head tools">
      <Segmented<View>
        label={t('profile.view')}
        choices={views.map((value) => ({ value, name: t(`profile.${value}`) }))}
        value={view}
        onChoose={(value) => setParameters({ view: value === 'both' ? null : value }, 'replace')}
      />
      {(view === 'both' || view === 'flame') && <FlameTools {...{ icicle, zoomed, onReset }} />}
      <span class="spacer" />
      {matches !== null && (
        <span class="match-share" data-testid="match-share">
          {t('flame.matched', { share: formatRatio(matchedShare(topDown, matches)) })}
        </span>
      )}
      <SearchField label={t('flame.search')} value={query} onInput={search} />
    </header>
  );
}

function FlameTools({ icicle, zoomed, onReset }: Pick<StackToolsProps, 'icicle' | 'zoomed' | 'onReset'>) {
  return (
    <>
      <button type="button" class="button" disabled={!zoomed} onClick={onReset} data-testid="flame-reset">
        {t('flame.reset')}
      </button>
      <button
        type="button"
        class="button"
        onClick={() => setParameters({ root: icicle ? 'bottom' : null }, 'replace')}
      >
        <Icon name="flip" />
        {icicle ? t('flame.rootBottom') : t('flame.rootTop')}
      </button>
    </>
  );
}

function search(text: string): void {
  setParameters({ q: text === '' ? null : text }, 'replace');
}
