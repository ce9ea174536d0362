// Everything that is known of a process and has no column, in a row of its own. What is not known is a dash, never 0.
import type { Process } from '../../../shared/api/process.ts';
import { formatBytes } from '../../../shared/format.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { formatMoment } from '../charts/time-format.ts';
import { formatNumber } from '../charts/units.ts';
import { t } from '../i18n/language.ts';

export interface ProcessDetailProps {
  readonly process: Process;
  /** Of the table. */
  readonly columns: number;
}

export function ProcessDetail({ process, columns }: ProcessDetailProps) {
  const { job, step, localRank } = process;
  const facts: readonly (readonly [name: string, value: string | null])[] = [
    [t('process.parent'), String(process.parentPid)],
    [t('process.started'), formatMoment(process.startTime)],
    [t('process.cpus'), process.allowedCpus],
    [t('process.waits'), process.waitChannel],
    [t('process.voluntary'), perSecond(process.voluntarySwitchesPerSecond)],
    [t('process.involuntary'), perSecond(process.involuntarySwitchesPerSecond)],
    [t('process.gpu'), process.gpuMemoryBytes === null ? null : formatBytes(process.gpuMemoryBytes)],
    [t('process.job'), job],
    [t('process.step'), step],
    [t('process.rank'), localRank === null ? null : String(localRank)],
  ];
  return (
    <tr class="process-detail">
      <td colSpan={columns}>
        {process.outsideJob && <p class="alarm">{t('process.outsideText')}</p>}
        <dl>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="mono">{value === null ? '–' : truncate(visible(value), 256)}</dd>
            </div>
          ))}
        </dl>
        <p class="mono">{truncate(visible(process.command), 2000)}</p>
      </td>
    </tr>
  );
}

function perSecond(rate: number | null): string | null {
  return rate === null ? null : `${formatNumber(rate)}/s`;
}
