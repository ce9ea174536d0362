// What processes used over a range, as rows. The command line comes last: it is the first to be cut.
import type { ProcessUse } from '../../shared/api/range.ts';
import { formatBytes, formatRatio, formatSeconds } from '../../shared/format.ts';
import type { Say } from '../language/language.ts';
import type { Column } from '../output/output.ts';
import { showTime } from '../output/show-value.ts';

type Figure = Omit<Column<ProcessUse>, 'align'>;

export function processUseColumns(say: Say, isSingle: boolean): Column<ProcessUse>[] {
  const node: Column<ProcessUse> = { key: 'node', header: say('header.node'), value: ({ node }) => node };
  const figures: readonly Figure[] = [
    {
      key: 'cpuSeconds',
      header: say('header.cpuTime'),
      value: ({ cpuSeconds }) => cpuSeconds,
      show: ({ cpuSeconds }) => formatSeconds(cpuSeconds),
    },
    {
      key: 'cpuRatio',
      header: say('header.cpu'),
      value: ({ cpuRatio }) => cpuRatio,
      show: ({ cpuRatio }) => formatRatio(cpuRatio),
    },
    {
      key: 'peakResidentBytes',
      header: say('header.peakMemory'),
      value: ({ peakResidentBytes }) => peakResidentBytes,
      show: ({ peakResidentBytes }) => formatBytes(peakResidentBytes),
    },
    bytes('peakGpuMemoryBytes', say('header.gpuMemory')),
    bytes('readBytes', say('header.read')),
    bytes('writeBytes', say('header.write')),
    seen('firstSeen', say('header.firstSeen')),
    seen('lastSeen', say('header.lastSeen')),
  ];
  return [
    ...(isSingle ? [] : [node]),
    { key: 'pid', header: say('header.pid'), value: ({ pid }) => pid, align: 'right' },
    { key: 'user', header: say('header.user'), value: ({ user }) => user, spare: 2 },
    ...figures.map((column): Column<ProcessUse> => ({ ...column, align: 'right' })),
    { key: 'job', header: say('header.job'), value: ({ job }) => job, spare: 1 },
    { key: 'snapshots', header: '', value: ({ snapshots }) => snapshots, only: 'csv' },
    {
      key: 'command',
      header: say('header.command'),
      value: ({ command, name }) => command || name,
      shrinks: true,
    },
  ];
}

function bytes(key: 'peakGpuMemoryBytes' | 'readBytes' | 'writeBytes', header: string): Figure {
  return { key, header, value: (use) => use[key], show: (use) => formatBytes(use[key]), only: 'wide' };
}

function seen(key: 'firstSeen' | 'lastSeen', header: string): Figure {
  return { key, header, value: (use) => use[key], show: (use) => showTime(use[key]), only: 'wide' };
}
