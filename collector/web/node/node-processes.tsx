// The processes of a node now, live, or at the moment chosen on a chart.
import { useEffect } from 'preact/hooks';
import type { NodeDetail } from '../../../shared/api/node.ts';
import type { ProcessTable } from '../../../shared/api/process.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { fetchProcesses } from '../api/resources.ts';
import { formatClock, formatMoment } from '../charts/time-format.ts';
import { formatDuration, t } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { ProcessTableView } from '../parts/process-table.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { useResource } from '../parts/use-resource.ts';
import { parameters, setParameters } from '../state/navigation.ts';

export interface NodeProcessesProps {
  readonly node: NodeDetail;
  /** undefined: now. */
  readonly moment: number | undefined;
  readonly live: boolean;
  /** Grows with the node's ticks. */
  readonly now: number;
}

export function NodeProcesses({ node: { name: node, ...pace }, moment, live, now }: NodeProcessesProps) {
  const job = parameters.value.get('job') || undefined;
  const table = useResource(
    (signal) => fetchProcesses(node, { at: moment, job }, { signal }),
    [node, moment, job],
  );
  useEffect(() => {
    if (moment === undefined && live) table.reload();
  }, [now, moment, live]);
  const filter = parameters.value.get('q') ?? '';
  const tree = parameters.value.get('tree') === '1';
  const data = table.data.value;
  const shown = data !== null && data.time !== null;
  return (
    <section class="panel" aria-label={t('process.title')} data-testid="processes">
      <header class="panel-head tools">
        <h2>{t('process.title')}</h2>
        <Moment time={data?.time ?? null} moment={moment} now={now} pace={pace} />
        {shown && (
          <span class="muted">
            {t('process.count', { shown: data.processes.length, all: data.processCount })}
          </span>
        )}
        {shown && <StuckCounts table={data} />}
        {job !== undefined && (
          <button
            type="button"
            class="button small on"
            title={t('process.allJobs')}
            onClick={() => setParameters({ job: null }, 'push')}
          >
            {t('process.job')} {truncate(visible(job), 40)}
            <Icon name="close" />
          </button>
        )}
        <span class="spacer" />
        <button
          type="button"
          class="button small"
          aria-pressed={tree}
          onClick={() => setParameters({ tree: tree ? null : '1' }, 'replace')}
        >
          {t('process.tree')}
        </button>
        <SearchField
          label={t('process.search')}
          value={filter}
          onInput={(text) => setParameters({ q: text === '' ? null : text }, 'replace')}
        />
      </header>
      {table.error.value !== null && <ErrorNotice error={table.error.value} />}
      {data === null && table.error.value === null && <p class="table-empty">{t('state.loading')}</p>}
      {data?.time === null && <p class="table-empty">{absence(moment, pace.quiet)}</p>}
      {shown && <ProcessTableView node={node} processes={data.processes} filter={filter} tree={tree} />}
    </section>
  );
}

/** Processes that ended unwaited for, and those that cannot be interrupted: said when there are any. */
function StuckCounts({ table }: { readonly table: ProcessTable }) {
  const { zombieCount, uninterruptibleCount } = table;
  return (
    <>
      {zombieCount !== null && zombieCount > 0 && (
        <span class="alarm">{t('process.zombies', { n: zombieCount })}</span>
      )}
      {uninterruptibleCount !== null && uninterruptibleCount > 0 && (
        <span class="alarm">{t('process.uninterruptible', { n: uninterruptibleCount })}</span>
      )}
    </>
  );
}

interface MomentProps {
  /** Of the snapshot that is shown; null: none. */
  readonly time: number | null;
  readonly moment: number | undefined;
  readonly now: number;
  readonly pace: Pick<NodeDetail, 'interval' | 'quiet'>;
}

/** An older snapshot is not called now. */
const freshIntervals = 3;
const freshSeconds = 10;

function Moment({ time, moment, now, pace: { interval, quiet } }: MomentProps) {
  const past = moment !== undefined;
  const age = now - (time ?? now);
  const old = !past && age > Math.max(freshIntervals * interval, freshSeconds);
  return (
    <>
      {time !== null && (
        <span class={`moment${past ? ' past' : old ? ' old' : ''}`} data-testid="process-time">
          {past
            ? formatMoment(time)
            : old
              ? t('time.ago', { time: formatDuration(Math.round(age)) })
              : t('process.now', { time: formatClock(time) })}
        </span>
      )}
      {!past && quiet && (
        <span class="alarm" data-testid="process-quiet">
          {t('process.quiet')}
        </span>
      )}
      {past && (
        <button type="button" class="button small" onClick={() => setParameters({ at: null }, 'push')}>
          {t('process.backToNow')}
        </button>
      )}
    </>
  );
}

function absence(moment: number | undefined, quiet: boolean): string {
  if (moment === undefined && quiet) return t('process.quiet');
  return moment === undefined ? t('process.noneNow') : t('process.noneAt', { time: formatMoment(moment) });
}
