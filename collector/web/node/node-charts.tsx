// The charts of a node on one time axis. A brush in any of them zooms all; a click chooses the moment. Those of the
// overview are in sight, the others in groups that open on demand and are there only where the node has their metrics.
import { fetchMetricInfos } from '../api/resources.ts';
import type { ChartGroup } from '../charts/chart-table.ts';
import { overviewPanels } from '../charts/panels.ts';
import { type GroupPanels, groupPanels } from '../charts/table-panels.ts';
import { say, t } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { useResource } from '../parts/use-resource.ts';
import { parameters, setParameters } from '../state/navigation.ts';
import { ChartGrid, type ChartGridProps } from './chart-grid.tsx';

export type NodeChartsProps = Omit<ChartGridProps, 'panels' | 'label'>;

/** A node may get new metrics while its page is open, seconds. */
const lookAgainSeconds = 300;

export function NodeCharts(props: NodeChartsProps) {
  const { node, window } = props;
  const look = Math.floor(window.to / lookAgainSeconds);
  const groups = useResource((signal) => loadGroups(node.name, signal), [node.name, look]);
  const open = new Set((parameters.value.get('charts') ?? '').split(','));
  return (
    <>
      <h2 class="visually-hidden">{t('charts.title')}</h2>
      <ChartGrid {...props} panels={overviewPanels} label={t('charts.title')} />
      {groups.error.value !== null && <ErrorNotice error={groups.error.value} />}
      {groups.data.value?.map(({ group, panels }) => (
        <section key={group} class="chart-group" data-group={group}>
          <h3>
            <button
              type="button"
              class="group-head"
              aria-expanded={open.has(group)}
              onClick={() => toggle(open, group)}
            >
              <Icon name="chevron" />
              {t(`group.${group}`)}
              <span class="muted">{panels.map(({ title }) => say(title)).join(' · ')}</span>
            </button>
          </h3>
          {open.has(group) && <ChartGrid {...props} panels={panels} label={t(`group.${group}`)} />}
        </section>
      ))}
    </>
  );
}

async function loadGroups(node: string, signal: AbortSignal): Promise<readonly GroupPanels[]> {
  const [infos, { chartTable }] = await Promise.all([
    fetchMetricInfos(node, { signal }),
    import('../charts/chart-table.ts'),
  ]);
  return groupPanels(chartTable, infos);
}

function toggle(open: ReadonlySet<string>, group: ChartGroup): void {
  const next = new Set([...open].filter((each) => each !== ''));
  if (!next.delete(group)) next.add(group);
  setParameters({ charts: next.size === 0 ? null : [...next].join(',') }, 'replace');
}
