// One process of the table: its figures, and below them, when opened, all that is known of it.
import type { Process } from '../../../shared/api/process.ts';
import { formatBytes, formatBytesPerSecond, formatRatio } from '../../../shared/format.ts';
import { shortLines } from '../../../shared/process-tree.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { t } from '../i18n/language.ts';
import { setParameters } from '../state/navigation.ts';
import { offer } from '../state/session.ts';
import { Icon } from './icon.tsx';
import { Meter } from './meter.tsx';
import { isKernelThread, programName } from './process-columns.ts';
import { ProcessDetail } from './process-detail.tsx';

/** Levels of a tree that are drawn: of names far down there would be nothing left to see. */
const shownLevels = 3;

export interface ProcessRowProps {
  readonly process: Process;
  /** The lines of the tree that lead to it. */
  readonly lines: string;
  /** Whether GPU memory has a column. */
  readonly gpu: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly onProfile: () => void;
}

export function ProcessRow(props: ProcessRowProps) {
  const { process, gpu, open } = props;
  const command = visible(process.command);
  return (
    <>
      <tr class={open ? 'opened' : undefined}>
        <td class="number mono">{process.pid}</td>
        <ProcessName {...props} />
        <td>{truncate(visible(process.user), 32)}</td>
        <td class="number">
          <Meter value={process.cpuRatio} />
        </td>
        <td class="number">{formatRatio(process.memoryRatio)}</td>
        <td class="number">{formatBytes(process.residentBytes)}</td>
        {gpu && <td class="number">{formatBytes(process.gpuMemoryBytes)}</td>}
        <td class="number">{formatBytesPerSecond(process.readBytesPerSecond)}</td>
        <td class="number">{formatBytesPerSecond(process.writeBytesPerSecond)}</td>
        <td class="number">{process.threads}</td>
        <ProcessState process={process} />
        <ProcessJob process={process} />
        <td class="mono command" title={truncate(command, 2000)}>
          {truncate(command, 300)}
        </td>
        <td class="action">{!isKernelThread(process) && <ProfileButton {...props} />}</td>
      </tr>
      {open && <ProcessDetail process={process} columns={gpu ? 14 : 13} />}
    </>
  );
}

function ProcessName({ process, lines, open, onToggle }: ProcessRowProps) {
  const name = truncate(visible(process.name), 40);
  const program = programName(process);
  const words = open ? t('tree.collapse') : t('tree.expand');
  return (
    <th scope="row" class="mono name" title={program === null ? name : `${name} ${visible(program)}`}>
      <button
        type="button"
        class={`twist${open ? ' open' : ''}`}
        aria-expanded={open}
        aria-label={`${words}: ${name} ${process.pid}`}
        onClick={onToggle}
      >
        <Icon name="chevron" />
      </button>
      {lines !== '' && (
        <span class="tree-lines" aria-hidden="true" data-depth={lines.length / 3}>
          {shortLines(lines, shownLevels)}
        </span>
      )}
      {isKernelThread(process) ? `[${name.replace(/^\[(.*)\]$/, '$1')}]` : name}
      {program !== null && <span class="muted"> {truncate(visible(program), 30)}</span>}
    </th>
  );
}

/** The state, and in which function of the kernel it waits. */
function ProcessState({ process: { state, waitChannel } }: Pick<ProcessRowProps, 'process'>) {
  const isStuck = state === 'D' || state === 'Z';
  return (
    <td class="mono" title={stateName(state)}>
      <span class={isStuck ? 'alarm' : undefined}>{visible(state)}</span>
      {waitChannel !== null && <span class="muted"> {truncate(visible(waitChannel), 24)}</span>}
    </td>
  );
}

/** Job, step and rank as the scheduler writes them: 48213.0 #3. */
function ProcessJob({ process }: Pick<ProcessRowProps, 'process'>) {
  const { job, step, localRank, outsideJob } = process;
  if (outsideJob) {
    return (
      <td>
        <span class="alarm" title={t('process.outsideText')}>
          {t('process.outside')}
        </span>
      </td>
    );
  }
  return (
    <td class="mono">
      {job === null ? (
        '–'
      ) : (
        <button
          type="button"
          class="link"
          title={t('process.onlyJob')}
          onClick={() => setParameters({ job }, 'push')}
        >
          {truncate(visible(job), 40)}
        </button>
      )}
      {step !== null && <span class="muted">.{truncate(visible(step), 20)}</span>}
      {localRank !== null && <span class="muted"> #{localRank}</span>}
    </td>
  );
}

function ProfileButton({ process, onProfile }: ProcessRowProps) {
  return (
    <button
      type="button"
      class="button small"
      {...offer('profile:write')}
      onClick={onProfile}
      aria-label={`${t('process.profile')}: ${visible(process.name)} ${process.pid}`}
      data-profile-pid={process.pid}
    >
      <Icon name="flame" />
      {t('process.profile')}
    </button>
  );
}

const stateNames = {
  R: 'processState.R',
  S: 'processState.S',
  D: 'processState.D',
  Z: 'processState.Z',
  T: 'processState.T',
  I: 'processState.I',
} as const;

function stateName(state: string): string {
  const key = Object.entries(stateNames).find(([letter]) => letter === state)?.[1];
  return key === undefined ? visible(state) : t(key);
}
