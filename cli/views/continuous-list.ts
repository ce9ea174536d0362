// Continuous profiles as rows.
import type { ContinuousProfile } from '../../shared/api/continuous-profile.ts';
import { formatSeconds } from '../../shared/format.ts';
import type { Say } from '../language/language.ts';
import type { Column } from '../output/output.ts';
import { showTime } from '../output/show-value.ts';
import { reasonText } from './reason-view.ts';
import { statusStyle } from './status-style.ts';

export function continuousColumns(say: Say): Column<ContinuousProfile>[] {
  return [
    { key: 'id', header: say('header.id'), value: ({ id }) => id },
    { key: 'job', header: say('header.job'), value: ({ job }) => job },
    { key: 'nodes', header: say('header.nodes'), value: ({ nodes }) => nodes, shrinks: true },
    {
      key: 'status',
      header: say('header.status'),
      value: ({ status }) => status,
      show: ({ status }) => say(`status.${status}`),
      style: ({ status }) => statusStyle(status),
    },
    {
      key: 'window',
      header: say('header.window'),
      value: ({ window }) => window,
      show: ({ window }) => formatSeconds(window),
      align: 'right',
    },
    { key: 'frequency', header: 'Hz', value: ({ frequency }) => frequency, align: 'right' },
    { key: 'windows', header: say('header.windows'), value: ({ windows }) => windows, align: 'right' },
    {
      key: 'lastWindow',
      header: say('header.lastWindow'),
      value: ({ lastWindow }) => lastWindow,
      show: ({ lastWindow }) => showTime(lastWindow),
      spare: 1,
    },
    { key: 'event', header: say('header.event'), value: ({ event }) => event, only: 'wide' },
    {
      key: 'created',
      header: say('header.created'),
      value: ({ created }) => created,
      show: ({ created }) => showTime(created),
      only: 'wide',
    },
    {
      key: 'reason',
      header: say('header.detail'),
      value: ({ reason }) => reason?.message ?? null,
      show: ({ reason }) => (reason === null ? '' : reasonText(reason, say)),
      shrinks: true,
      only: 'wide',
    },
  ];
}
