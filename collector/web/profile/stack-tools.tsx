// The tools over the views of a profile: view, shape, colours, search. All of it lives in the address.
import type { RollUp } from '../../../shared/api/profile-view.ts';
import { t } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { parameters, setParameters } from '../state/navigation.ts';
import {
  type Coloring,
  colorings,
  noBase,
  readColoring,
  readStacks,
  rollUps,
  type StackView,
  stackViews,
} from '../state/profile-choice.ts';

export interface StackToolsProps {
  readonly view: StackView;
  readonly query: string;
  readonly icicle: boolean;
  /** Those that there are; else all. */
  readonly views?: readonly StackView[];
}

export function StackTools({ view, query, icicle, views = stackViews }: StackToolsProps) {
  const drawn = view !== 'bottom-up' && view !== 'top-down';
  return (
    <header class="panel-head tools">
      <Segmented<StackView>
        label={t('profile.view')}
        choices={views.map((value) => ({ value, name: t(`profile.${value}`) }))}
        value={view}
        onChoose={(value) => setParameters({ ...viewParameters(value), zoom: null }, 'push')}
      />
      <span class="spacer" />
      <SearchField
        label={t('flame.search')}
        value={query}
        onInput={(text) => setParameters({ q: text === '' ? null : text }, 'replace')}
      />
      <div class="tool-line">
        <ShapeTools />
        {drawn && view !== 'difference' && <ColorTools />}
        {drawn && view !== 'sandwich' && <FlameTools icicle={icicle} />}
        <span class="spacer" />
        <CopyLink />
      </div>
    </header>
  );
}

function viewParameters(view: StackView): Readonly<Record<string, string | null>> {
  return {
    view: view === 'both' ? null : view,
    ...(view === 'sandwich' ? {} : { fn: null, module: null }),
    ...(view === 'difference' ? {} : noBase),
  };
}

function ShapeTools() {
  const { by = 'function', fold = false } = readStacks(parameters.value);
  return (
    <>
      <span class="muted">{t('choice.by')}</span>
      <Segmented<RollUp>
        label={t('choice.by')}
        choices={rollUps.map((value) => ({ value, name: t(`choice.by.${value}`) }))}
        value={by}
        onChoose={(value) => setParameters({ by: value === 'function' ? null : value, zoom: null }, 'push')}
      />
      <button
        type="button"
        class="button"
        aria-pressed={fold}
        title={t('choice.foldNote')}
        onClick={() => setParameters({ fold: fold ? null : '1', zoom: null }, 'push')}
      >
        {t('choice.fold')}
      </button>
    </>
  );
}

function ColorTools() {
  return (
    <>
      <span class="muted">{t('choice.color')}</span>
      <Segmented<Coloring>
        label={t('choice.color')}
        choices={colorings.map((value) => ({ value, name: t(`choice.by.${value}`) }))}
        value={readColoring(parameters.value)}
        onChoose={(value) => setParameters({ color: value === 'module' ? null : value }, 'replace')}
      />
    </>
  );
}

function FlameTools({ icicle }: Pick<StackToolsProps, 'icicle'>) {
  const zoomed = parameters.value.get('zoom') !== null;
  return (
    <>
      <button
        type="button"
        class="button"
        disabled={!zoomed}
        onClick={() => setParameters({ zoom: null }, 'push')}
        data-testid="flame-reset"
      >
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

/** The address says it all; copying it needs a secure context, so without one the address bar must do. */
function CopyLink() {
  if (!('clipboard' in navigator)) return null;
  return (
    <button
      type="button"
      class="button"
      title={t('choice.linkNote')}
      onClick={() => void navigator.clipboard.writeText(location.href).catch(() => undefined)}
    >
      <Icon name="link" />
      {t('choice.link')}
    </button>
  );
}
