// Which functions take more or less, with the interval in which the change lies with 95 % certainty. Those whose change may be
// chance come last and say so.
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { formatRatio } from '../../../shared/format.ts';
import { type FunctionDifference, functionDifferences } from '../../../shared/stacks/difference.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { toMatcher } from '../flame/flame-search.ts';
import { frameName } from '../flame/frame-name.ts';
import type { ShownDifference } from '../flame/shown-stacks.ts';
import { t } from '../i18n/language.ts';
import { Segmented } from '../parts/segmented.tsx';
import { findText } from './function-choice.ts';
import { formatPoints } from './points.ts';

export interface DifferenceTableProps {
  readonly shown: ShownDifference;
  readonly query: string;
}

const mostRows = 300;
const mostFunctions = 5000;
type By = 'self' | 'total';

export function DifferenceTable({ shown, query }: DifferenceTableProps) {
  const by = useSignal<By>('self');
  const all = useMemo(
    () =>
      functionDifferences(shown.difference, {
        most: mostFunctions,
        by: by.value,
        sampleWeight: shown.sampleWeight,
      }),
    [shown, by.value],
  );
  const matches = toMatcher(query);
  const told = all.filter(({ frame }) => matches === null || matches(frame));
  const rows = told.slice(0, mostRows);
  const reach = rows.reduce((most, { low, high }) => Math.max(most, Math.abs(low), Math.abs(high)), 0.01);
  return (
    <div class="table-scroll">
      <div class="table-tools">
        <Segmented<By>
          label={t('difference.by')}
          choices={(['self', 'total'] as const).map((value) => ({ value, name: t(`profile.${value}`) }))}
          value={by.value}
          onChoose={(value) => {
            by.value = value;
          }}
        />
        <span class="muted">{t('difference.sure', { n: told.filter(({ isSure }) => isSure).length })}</span>
      </div>
      <table class="table functions" data-testid="difference-table" aria-label={t('profile.difference')}>
        <DifferenceHead />
        <tbody>
          {rows.map((row) => (
            <Row key={`${row.frame.function} ${row.frame.module}`} row={row} by={by.value} reach={reach} />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p class="table-empty">{t('profile.noMatch')}</p>}
      {told.length > mostRows && <p class="table-empty">{t('table.cut', { n: mostRows })}</p>}
    </div>
  );
}

function DifferenceHead() {
  return (
    <thead>
      <tr>
        <th scope="col">{t('profile.function')}</th>
        <th scope="col" class="number">
          {t('difference.base')}
        </th>
        <th scope="col" class="number">
          {t('difference.now')}
        </th>
        <th scope="col" class="number" title={t('difference.points')}>
          {t('difference.changeHead')}
        </th>
        <th scope="col">{t('difference.interval')}</th>
      </tr>
    </thead>
  );
}

interface RowProps {
  readonly row: FunctionDifference;
  readonly by: By;
  readonly reach: number;
}

function Row({ row, by, reach }: RowProps) {
  const { frame, difference, low, high, isSure } = row;
  const [now, before] = by === 'self' ? [row.self, row.baseSelf] : [row.total, row.baseTotal];
  const name = frameName(frame);
  const kind = isSure ? (difference > 0 ? 'more' : 'less') : 'chance';
  const between = t('difference.between', { low: formatPoints(low), high: formatPoints(high) });
  return (
    <tr class={kind}>
      <td class="function-cell">
        <div class="function-line">
          <button
            type="button"
            class="function-name mono"
            title={`${truncate(name, 2000)} · ${t('profile.find')}`}
            onClick={() => findText(frame.function)}
          >
            {truncate(name, 240)}
          </button>
          {frame.module !== '' && <span class="module mono">{visible(frame.module)}</span>}
        </div>
      </td>
      <td class="number">{formatRatio(before)}</td>
      <td class="number">{formatRatio(now)}</td>
      <td class="number change">{formatPoints(difference)}</td>
      <td title={between}>
        <span class="interval" aria-hidden="true">
          <i style={{ left: `${place(low, reach)}%`, width: `${place(high, reach) - place(low, reach)}%` }} />
          <b style={{ left: `${place(difference, reach)}%` }} />
        </span>
        <span class="visually-hidden">{between}</span>
        {!isSure && <span class="chance">{t('difference.chance')}</span>}
      </td>
    </tr>
  );
}

/** Percent from the left; no change is in the middle. */
function place(difference: number, reach: number): number {
  return 50 + (Math.max(-reach, Math.min(reach, difference)) / reach) * 50;
}
