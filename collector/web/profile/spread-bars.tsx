// How a profile spreads over nodes, processes (ranks of a job) or threads: bars, each of which chooses its samples.
import { useSignal } from '@preact/signals';
import type { Profile } from '../../../shared/api/profile.ts';
import type { SampleChoice, SpreadBy, SpreadRow } from '../../../shared/api/profile-view.ts';
import { formatRatio } from '../../../shared/format.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { fetchSpread, type WantedFunction } from '../api/profile-resources.ts';
import { t } from '../i18n/language.ts';
import { Segmented } from '../parts/segmented.tsx';
import { useResource } from '../parts/use-resource.ts';
import { setParameters } from '../state/navigation.ts';
import { spreads } from '../state/profile-choice.ts';
import { isChosen, readSpread, type SpreadBar, type SpreadOrder } from './spread-rows.ts';
import { formatWeight } from './weight.ts';

export interface SpreadBarsProps {
  readonly profile: Profile;
  readonly samples: SampleChoice;
  readonly wanted: WantedFunction | null;
}

const mostBars = 500;
const orders: readonly SpreadOrder[] = ['usual', 'difference'];

export function SpreadBars({ profile, samples, wanted }: SpreadBarsProps) {
  const { from, to } = samples;
  const several = profile.node === null && profile.target.kind !== 'file';
  const over = useSignal<SpreadBy>(several || profile.target.kind !== 'process' ? 'process' : 'thread');
  const order = useSignal<SpreadOrder>('usual');
  const spread = useResource(
    (signal) => {
      const window = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
      return fetchSpread(profile.id, { ...window, ...wanted, over: over.value }, { signal });
    },
    [profile.id, profile.samples, from, to, wanted?.function, wanted?.module, over.value],
  );
  const data = spread.data.value;
  if (data === null || data.rows.length === 0) return null;
  const { bars, median } = readSpread(data.rows, {
    over: over.value,
    withNode: several,
    wanted: wanted !== null,
    order: order.value,
  });
  const hidden = data.left + Math.max(0, bars.length - mostBars);
  const choices = several ? spreads : spreads.filter((by) => by !== 'node');
  return (
    <section class="choice-part" aria-label={t('spread.title')}>
      <header class="choice-head">
        <h3>{t('spread.title')}</h3>
        <Segmented<SpreadBy>
          label={t('spread.over')}
          choices={choices.map((value) => ({ value, name: t(`spread.${value}`) }))}
          value={over.value}
          onChoose={(value) => {
            over.value = value;
          }}
        />
        {bars.some(({ differs }) => differs !== null) && (
          <Segmented<SpreadOrder>
            label={t('spread.order')}
            choices={orders.map((value) => ({ value, name: t(`spread.order-${value}`) }))}
            value={order.value}
            onChoose={(value) => {
              order.value = value;
            }}
          />
        )}
        <span class="spacer" />
        <span class="muted">{t(wanted === null ? 'spread.own' : 'spread.wanted')}</span>
      </header>
      <ul class="spread" data-testid="spread">
        {bars.slice(0, mostBars).map((bar) => (
          <Bar key={bar.key} {...{ bar, median, several, profile }} chosen={isChosen(bar.choice, samples)} />
        ))}
      </ul>
      {hidden > 0 && <p class="choice-note muted">{t('choice.more', { n: hidden })}</p>}
    </section>
  );
}

interface BarProps {
  readonly bar: SpreadBar;
  readonly median: number;
  readonly several: boolean;
  readonly chosen: boolean;
  readonly profile: Profile;
}

function Bar({ bar, median, several, chosen, profile }: BarProps) {
  const { row, length, part, differs, choice } = bar;
  const name = spreadName(row, several);
  return (
    <li>
      <button
        type="button"
        aria-pressed={chosen}
        title={[
          name,
          formatWeight(row.weight, profile.unit),
          formatRatio(part),
          ...(differs === null ? [] : [t(`spread.${differs}`)]),
        ].join(' · ')}
        onClick={() => chooseSamples(chosen ? {} : choice)}
      >
        <span class="spread-name mono">{name}</span>
        <span class="spread-bar">
          <i style={{ width: `${length * 100}%` }}>
            <i style={{ width: `${part * 100}%` }} />
          </i>
          <em style={{ left: `${median * 100}%` }} aria-hidden="true" />
        </span>
        <span class="spread-figure">
          {differs !== null && (
            <b role="img" aria-label={t(`spread.${differs}`)}>
              {differs === 'above' ? '▲' : '▼'}
            </b>
          )}
          {formatRatio(part)}
        </span>
        <span class="spread-weight muted">{formatWeight(row.weight, profile.unit)}</span>
      </button>
    </li>
  );
}

export function spreadName({ node, pid, thread, name, rank }: SpreadRow, withNode: boolean): string {
  const parts = [
    withNode || (pid === null && thread === null) ? visible(node) : '',
    rank === null ? '' : t('spread.rank', { n: rank }),
    truncate(visible(name), 32),
    thread === null ? (pid === null || rank !== null ? '' : String(pid)) : String(thread),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** Time stays as it is chosen. */
export function chooseSamples({ node, pid, thread }: SampleChoice): void {
  setParameters(
    {
      node: node ?? null,
      pid: pid === undefined ? null : String(pid),
      thread: thread === undefined ? null : String(thread),
      rank: null,
    },
    'push',
  );
}
