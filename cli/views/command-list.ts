// Commands as rows.
import type { Command } from '../../shared/api/command.ts';
import { foldNodeSet } from '../../shared/nodeset.ts';
import type { Say } from '../language/language.ts';
import type { Column } from '../output/output.ts';
import { showTime } from '../output/show-value.ts';
import { summary } from './command-view.ts';

export function commandColumns(say: Say): Column<Command>[] {
  const nodes = ({ targets }: Command) => foldNodeSet(targets.map(({ node }) => node));
  return [
    { key: 'id', header: say('header.id'), value: ({ id }) => id },
    { key: 'action', header: say('header.action'), value: ({ action }) => action },
    {
      key: 'issued',
      spare: 2,
      header: say('header.issued'),
      value: ({ issued }) => issued,
      show: ({ issued }) => showTime(issued),
    },
    { key: 'requester', header: say('header.requester'), value: ({ requester }) => requester, spare: 1 },
    { key: 'nodes', header: say('header.nodes'), value: nodes, shrinks: true },
    {
      key: 'states',
      header: say('header.state'),
      value: ({ targets }) => summary(targets, (key) => key.replace(/^status\./, '')),
      show: ({ targets }) => summary(targets, say),
      style: ({ over }) => (over ? 'plain' : 'accent'),
    },
    {
      key: 'parameters',
      header: say('header.parameters'),
      value: ({ parameters }) =>
        Object.entries(parameters)
          .map(([key, value]) => `${key}=${value}`)
          .join(' '),
      only: 'wide',
      shrinks: true,
    },
  ];
}
