// The processes of a node at one moment. Order and filter live in the address. Each row offers to profile it.
import { useSignal } from '@preact/signals';
import type { Process } from '../../../shared/api/process.ts';
import { formatBytes, formatBytesPerSecond, formatRatio } from '../../../shared/format.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { parameters, setParameters } from '../state/navigation.ts';
import { parseSort, sortRows, writeSort } from '../state/sort.ts';
import { Icon } from './icon.tsx';
import { Meter } from './meter.tsx';
import {
  defaultOrder,
  isKernelThread,
  isNumeric,
  matchesFilter,
  type ProcessColumn,
  processColumns,
  programName,
  valueOf,
} from './process-columns.ts';
import { ProfileDialog } from './profile-dialog.tsx';
import { SortHead } from './sort-head.tsx';

export interface ProcessTableViewProps {
  readonly node: string;
  readonly processes: readonly Process[];
  /** Words that must all be in a row. */
  readonly filter: string;
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

export function ProcessTableView({ node, processes, filter }: ProcessTableViewProps) {
  const chosen = useSignal<Process | null>(null);
  const { key, descending } = order.value;
  const kept = processes.filter((process) => matchesFilter(process, filter));
  const rows = sortRows(kept, (process) => valueOf(process, key), descending);
  const choose = (process: Process | null): void => {
    chosen.value = process;
  };
  return (
    <div class="table-scroll">
      <table class="table processes" data-testid="process-table" aria-label={t('process.title')}>
        <ProcessHead />
        <tbody>
          {rows.map((process) => (
            <ProcessRow
              key={`${process.pid} ${process.startTime}`}
              process={process}
              onProfile={() => choose(process)}
            />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p class="table-empty">{t('process.noMatch')}</p>}
      {chosen.value !== null && (
        <ProfileDialog node={node} process={chosen.value} onClose={() => choose(null)} />
      )}
    </div>
  );
}

function ProcessHead() {
  return (
    <thead>
      <tr>
        {processColumns.map((column) => (
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

interface ProcessRowProps {
  readonly process: Process;
  readonly onProfile: () => void;
}

function ProcessRow({ process, onProfile }: ProcessRowProps) {
  const command = visible(process.command);
  return (
    <tr>
      <td class="number mono">{process.pid}</td>
      <ProcessName process={process} />
      <td>{truncate(visible(process.user), 32)}</td>
      <td class="number">
        <Meter value={process.cpuRatio} />
      </td>
      <td class="number">{formatRatio(process.memoryRatio)}</td>
      <td class="number">{formatBytes(process.residentBytes)}</td>
      <td class="number">{formatBytesPerSecond(process.readBytesPerSecond)}</td>
      <td class="number">{formatBytesPerSecond(process.writeBytesPerSecond)}</td>
      <td class="number">{process.threads}</td>
      <td class="mono" title={stateName(process.state)}>
        {visible(process.state)}
      </td>
      <td class="mono">{process.job === null ? '–' : visible(process.job)}</td>
      <td class="mono command" title={truncate(command, 2000)}>
        {truncate(command, 300)}
      </td>
      <td class="action">
        {!isKernelThread(process) && <ProfileButton process={process} onProfile={onProfile} />}
      </td>
    </tr>
  );
}

function ProcessName({ process }: Pick<ProcessRowProps, 'process'>) {
  const name = truncate(visible(process.name), 40);
  const program = programName(process);
  return (
    <th scope="row" class="mono name" title={name}>
      {isKernelThread(process) ? `[${name.replace(/^\[(.*)\]$/, '$1')}]` : name}
      {program !== null && <span class="muted"> {truncate(visible(program), 30)}</span>}
    </th>
  );
}

function ProfileButton({ process, onProfile }: ProcessRowProps) {
  return (
    <button
      type="button"
      class="button small"
      onClick={onProfile}
      aria-label={`${t('process.profile')}: ${visible(process.name)} ${process.pid}`}
      data-profile-pid={process.pid}
    >
      <Icon name="flame" />
      {t('process.profile')}
    </button>
  );
}

function stateName(state: string): string {
  switch (state) {
    case 'R':
      return t('processState.R');
    case 'S':
      return t('processState.S');
    case 'D':
      return t('processState.D');
    case 'Z':
      return t('processState.Z');
    case 'T':
      return t('processState.T');
    case 'I':
      return t('processState.I');
    default:
      return visible(state);
  }
}
