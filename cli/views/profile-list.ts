// Profiles as rows.
import type { Profile } from '../../shared/api/profile.ts';
import { formatSeconds } from '../../shared/format.ts';
import { targetName } from '../../shared/profile-target.ts';
import type { Say } from '../language/language.ts';
import type { Column } from '../output/output.ts';
import { showTime } from '../output/show-value.ts';
import { reasonText } from './reason-view.ts';
import { statusStyle } from './status-style.ts';

export function profileColumns(say: Say): Column<Profile>[] {
  return [
    { key: 'id', header: say('header.id'), value: ({ id }) => id },
    {
      key: 'node',
      header: say('header.node'),
      value: ({ node }) => node,
      show: (profile) => whereText(profile, say),
      spare: 5,
    },
    { key: 'nodes', header: say('header.nodes'), value: ({ nodes }) => nodes, only: 'csv' },
    { key: 'target', header: say('header.target'), value: ({ target }) => targetName(target), shrinks: true },
    { key: 'name', header: say('header.process'), value: ({ name }) => name, shrinks: true, spare: 4 },
    { key: 'user', header: say('header.user'), value: ({ user }) => user, spare: 1 },
    {
      key: 'status',
      header: say('header.status'),
      value: ({ status }) => status,
      show: ({ status }) => say(`status.${status}`),
      style: ({ status }) => statusStyle(status),
    },
    {
      key: 'created',
      spare: 6,
      header: say('header.created'),
      value: ({ created }) => created,
      show: ({ created }) => showTime(created),
    },
    {
      key: 'duration',
      spare: 2,
      header: say('header.duration'),
      value: ({ duration }) => duration,
      // A file that was imported may not tell it.
      show: ({ duration }) => (duration === 0 ? '–' : formatSeconds(duration)),
      align: 'right',
    },
    {
      key: 'samples',
      header: say('header.samples'),
      value: ({ samples }) => samples,
      align: 'right',
      spare: 3,
    },
    { key: 'lost', header: say('header.lost'), value: ({ lost }) => lost, align: 'right', only: 'wide' },
    {
      key: 'frequency',
      header: 'Hz',
      value: ({ frequency }) => frequency,
      align: 'right',
      only: 'wide',
    },
    { key: 'event', header: say('header.event'), value: ({ event }) => event, only: 'wide' },
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

/** The node's name, or on how many nodes; empty: it came from a file. */
export function whereText({ node, nodes }: Profile, say: Say): string {
  if (node !== null || nodes === 0) return node ?? '';
  return say(nodes === 1 ? 'fact.oneNode' : 'fact.nodes', { count: nodes });
}
