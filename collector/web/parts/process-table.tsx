// The processes of a node at one moment. Order, filter and tree live in the address. Each row opens, and offers to
// profile its process.
import { useSignal } from '@preact/signals';
import type { Process } from '../../../shared/api/process.ts';
import { type ProcessTreeRow, processTree, withAncestors } from '../../../shared/process-tree.ts';
import { t } from '../i18n/language.ts';
import { parameters, setParameters } from '../state/navigation.ts';
import { parseSort, sortRows, writeSort } from '../state/sort.ts';
import { StartProfile } from './later-dialog.tsx';
import {
  defaultOrder,
  isNumeric,
  matchesFilter,
  type ProcessColumn,
  processColumns,
  valueOf,
} from './process-columns.ts';
import { ProcessRow } from './process-row.tsx';
import { SortHead } from './sort-head.tsx';

export interface ProcessTableViewProps {
  readonly node: string;
  readonly processes: readonly Process[];
  /** Words that must all be in a row. */
  readonly filter: string;
  readonly tree: boolean;
}

/** The address as the place of the order, in the form the column heads expect. */
const order = {
  get value() {
    return parseSort(parameters.value.get('sort'), processColumns, defaultOrder);
  },
  set value(next) {
    setParameters({ sort: writeSort(next) }, 'replace');
  },
};

export function ProcessTableView(props: ProcessTableViewProps) {
  const { node, processes } = props;
  const chosen = useSignal<Process | null>(null);
  const opened = useSignal<ReadonlySet<string>>(new Set());
  const rows = rowsOf(props);
  const gpu = processes.some(({ gpuMemoryBytes }) => gpuMemoryBytes !== null);
  const choose = (process: Process | null): void => {
    chosen.value = process;
  };
  return (
    <div class="table-scroll">
      <table class="table processes" data-testid="process-table" aria-label={t('process.title')}>
        <ProcessHead gpu={gpu} />
        <tbody>
          {rows.map(({ process, lines }) => (
            <ProcessRow
              key={keyOf(process)}
              process={process}
              lines={lines}
              gpu={gpu}
              open={opened.value.has(keyOf(process))}
              onToggle={() => {
                opened.value = toggled(opened.value, keyOf(process));
              }}
              onProfile={() => choose(process)}
            />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p class="table-empty">{t('process.noMatch')}</p>}
      {chosen.value !== null && (
        <StartProfile node={node} process={chosen.value} onClose={() => choose(null)} />
      )}
    </div>
  );
}

/** In a tree, the ancestors of what matches stay: without them there is none. */
function rowsOf({ processes, filter, tree }: ProcessTableViewProps): readonly ProcessTreeRow<Process>[] {
  const { key, descending } = order.value;
  const sorted = sortRows(processes, (process) => valueOf(process, key), descending);
  const kept = sorted.filter((process) => matchesFilter(process, filter));
  return tree ? processTree(withAncestors(kept, sorted)) : kept.map((process) => ({ process, lines: '' }));
}

function keyOf({ pid, startTime }: Process): string {
  return `${pid} ${startTime}`;
}

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}

function ProcessHead({ gpu }: { readonly gpu: boolean }) {
  return (
    <thead>
      <tr>
        {processColumns
          .filter((column) => gpu || column !== 'gpu')
          .map((column) => (
            <SortHead<ProcessColumn>
              key={column}
              order={order}
              column={column}
              label={t(`process.${column}`)}
              numeric={isNumeric(column)}
              note={column === 'cpu' ? t('process.oneCore') : undefined}
            />
          ))}
        <th scope="col">
          <span class="visually-hidden">{t('process.profile')}</span>
        </th>
      </tr>
    </thead>
  );
}
