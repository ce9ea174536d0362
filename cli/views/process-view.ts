// Processes as rows. The command line comes last, so that it alone is cut where the screen is too narrow.
import type { Process } from '../../shared/api/process.ts';
import { formatBytes, formatBytesPerSecond, formatRatio } from '../../shared/format.ts';
import type { Say } from '../language/language.ts';
import type { Column } from '../output/output.ts';
import { showTime } from '../output/show-value.ts';

export function processColumns(say: Say): Column<Process>[] {
  return [
    { key: 'pid', header: say('header.pid'), value: ({ pid }) => pid, align: 'right' },
    { key: 'user', header: say('header.user'), value: ({ user }) => user },
    { key: 'state', header: say('header.state'), value: ({ state }) => state, only: 'wide' },
    {
      key: 'cpuRatio',
      header: say('header.cpu'),
      value: ({ cpuRatio }) => cpuRatio,
      show: ({ cpuRatio }) => formatRatio(cpuRatio),
      align: 'right',
    },
    {
      key: 'memoryRatio',
      header: say('header.memory'),
      value: ({ memoryRatio }) => memoryRatio,
      show: ({ memoryRatio }) => formatRatio(memoryRatio),
      align: 'right',
    },
    {
      key: 'residentBytes',
      header: say('header.resident'),
      value: ({ residentBytes }) => residentBytes,
      show: ({ residentBytes }) => formatBytes(residentBytes),
      align: 'right',
    },
    ...wideColumns(say),
    { key: 'job', header: say('header.job'), value: ({ job }) => job },
    { key: 'name', header: say('header.name'), value: ({ name }) => name, only: 'wide' },
    {
      key: 'command',
      header: say('header.command'),
      value: ({ command }) => command,
      show: ({ command, name }) => (command === '' ? `[${name}]` : command),
      shrinks: true,
    },
  ];
}

function wideColumns(say: Say): Column<Process>[] {
  return [
    {
      key: 'readBytesPerSecond',
      header: say('header.read'),
      value: ({ readBytesPerSecond }) => readBytesPerSecond,
      show: ({ readBytesPerSecond }) => formatBytesPerSecond(readBytesPerSecond),
      align: 'right',
      only: 'wide',
    },
    {
      key: 'writeBytesPerSecond',
      header: say('header.write'),
      value: ({ writeBytesPerSecond }) => writeBytesPerSecond,
      show: ({ writeBytesPerSecond }) => formatBytesPerSecond(writeBytesPerSecond),
      align: 'right',
      only: 'wide',
    },
    {
      key: 'threads',
      header: say('header.threads'),
      value: ({ threads }) => threads,
      align: 'right',
      only: 'wide',
    },
    {
      key: 'parentPid',
      header: say('header.parent'),
      value: ({ parentPid }) => parentPid,
      align: 'right',
      only: 'wide',
    },
    {
      key: 'startTime',
      header: say('header.started'),
      value: ({ startTime }) => startTime,
      show: ({ startTime }) => showTime(startTime),
      only: 'wide',
    },
  ];
}
