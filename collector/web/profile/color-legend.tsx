// What the colours of a flame graph stand for: the heaviest names with their share of what ended in them.
import { formatRatio } from '../../../shared/format.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { className, t } from '../i18n/language.ts';
import type { Coloring } from '../state/profile-choice.ts';
import type { BranchColors } from './branch-colors.ts';

const mostNames = 8;

export interface ColorLegendProps {
  readonly colors: BranchColors;
  readonly coloring: Coloring;
  readonly weight: number;
  /** Looks for the name in all views. */
  readonly onFind: (name: string) => void;
}

export function ColorLegend({ colors, coloring, weight, onFind }: ColorLegendProps) {
  const { groups, colorOfGroup } = colors;
  const told = groups.filter((group) => group.weight > 0);
  return (
    <ul class="color-legend" aria-label={t('choice.colors')}>
      {told.slice(0, mostNames).map(({ name, weight: own }) => {
        const shown = coloring === 'class' ? className(name) : truncate(visible(name), 40);
        const share = formatRatio(weight > 0 ? own / weight : 0);
        return (
          <li key={name}>
            <i style={{ background: colorOfGroup(name) }} aria-hidden="true" />
            {coloring === 'module' && name !== '' ? (
              <button type="button" class="plain mono" title={t('profile.find')} onClick={() => onFind(name)}>
                {shown}
              </button>
            ) : (
              <span>{shown === '' ? t('choice.unknownModule') : shown}</span>
            )}
            <span class="muted">{share}</span>
          </li>
        );
      })}
      {told.length > mostNames && <li class="muted">{t('choice.more', { n: told.length - mostNames })}</li>}
    </ul>
  );
}
