// What a box of a flame graph says. In: weights of a branch. Out: rows of the tooltip and one line.
import { formatRatio } from '../../../shared/format.ts';
import type { WeightUnit } from '../../../shared/model/profile.ts';
import type { Stacks } from '../../../shared/stacks/stacks.ts';
import type { BranchWords } from '../flame/flame-graph.tsx';
import { ground } from '../flame/flame-tree.ts';
import { t } from '../i18n/language.ts';
import { formatWeight } from './weight.ts';

export interface Weighed {
  readonly stacks: Pick<Stacks, 'self' | 'total' | 'weight'>;
  /** Of all samples that were chosen: what shares are of. */
  readonly weight: number;
  readonly unit: WeightUnit;
}

export function branchWords({ stacks, weight, unit }: Weighed, branch: number): BranchWords {
  const total = branch === ground ? stacks.weight : (stacks.total[branch] ?? 0);
  const self = branch === ground ? 0 : (stacks.self[branch] ?? 0);
  const ofAll = (part: number): string => formatRatio(weight > 0 ? part / weight : 0);
  return {
    line: t('flame.shares', { total: ofAll(total), self: ofAll(self), weight: formatWeight(total, unit) }),
    rows: [
      <>
        {t('profile.total')} <b>{ofAll(total)}</b> · {t('profile.self')} <b>{ofAll(self)}</b>
      </>,
      <span class="muted">{formatWeight(total, unit)}</span>,
    ],
  };
}
