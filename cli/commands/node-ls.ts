// jidi node ls: all nodes; the table adds their load.
import type { Command } from 'commander';
import type { MapNode, Node } from '../../shared/api/node.ts';
import { formatBytesPerSecond, formatRatio, formatSeconds } from '../../shared/format.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import type { Say } from '../language/language.ts';
import { momentText } from '../option-values.ts';
import type { Column } from '../output/output.ts';
import { showNumber } from '../output/show-value.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { ratioStyle, statusStyle } from '../views/status-style.ts';

export function addNodeLs(parent: Command, context: CommandContext): void {
  parent
    .command('ls')
    .description(context.say('help.node.ls'))
    .option('--at <time>', context.say('help.at'))
    .action(async ({ at }: { readonly at?: string }, command: Command) =>
      context.end(await listNodes(context.session(command), at)),
    );
}

/** At a past moment: the nodes of which something was measured then. */
async function listNodes(
  { api, output, say, clock, note }: Session,
  at: string | undefined,
): Promise<number> {
  const now = clock.now() / 1000;
  if (at === undefined && (output.format === 'json' || output.format === 'csv')) {
    const nodes = await api.get<readonly Node[]>('nodes');
    const told = nodes.map(({ name, state, role, lastSeen }) => ({ name, state, role, lastSeen }));
    if (output.format === 'json') output.json(told);
    else output.rows([...headColumns(say), seenColumn(say, now)], told);
    return exitCodes.ok;
  }
  const nodes = await api.get<readonly MapNode[]>('map', at === undefined ? {} : { at: momentText(at) });
  if (output.format === 'json') {
    output.json(nodes);
    return exitCodes.ok;
  }
  if (nodes.length === 0) note([piece(say(at === undefined ? 'empty.nodes' : 'empty.pastNodes'), 'dim')]);
  const byName = [...nodes].sort((left, right) =>
    left.name.localeCompare(right.name, 'en', { numeric: true }),
  );
  output.rows([...headColumns(say), ...loadColumns(say), seenColumn(say, now)], byName);
  return exitCodes.ok;
}

function headColumns(say: Say): Column<Node & { readonly quiet?: boolean }>[] {
  return [
    { key: 'name', header: say('header.name'), value: ({ name }) => name },
    {
      key: 'state',
      header: say('header.state'),
      value: ({ state }) => state,
      show: ({ state, quiet = false }) => say(`state.${state}`) + (quiet ? ` ${say('pace.quiet')}` : ''),
      style: ({ state }) => statusStyle(state),
    },
    {
      key: 'role',
      spare: 1,
      header: say('header.role'),
      value: ({ role }) => role,
      show: ({ role }) => say(`role.${role}`),
    },
  ];
}

function seenColumn(say: Say, now: number): Column<Node> {
  return {
    key: 'lastSeen',
    spare: 2,
    header: say('header.lastSeen'),
    value: ({ lastSeen }) => lastSeen,
    show: ({ lastSeen }) => say('ago', { time: formatSeconds(Math.max(0, now - lastSeen)) }),
    align: 'right',
  };
}

function loadColumns(say: Say): Column<MapNode>[] {
  return [
    {
      key: 'cpuRatio',
      header: say('header.cpu'),
      value: ({ cpuRatio }) => cpuRatio,
      show: ({ cpuRatio }) => formatRatio(cpuRatio),
      style: ({ cpuRatio }) => ratioStyle(cpuRatio),
      align: 'right',
    },
    {
      key: 'memoryRatio',
      header: say('header.memory'),
      value: ({ memoryRatio }) => memoryRatio,
      show: ({ memoryRatio }) => formatRatio(memoryRatio),
      style: ({ memoryRatio }) => ratioStyle(memoryRatio),
      align: 'right',
    },
    {
      key: 'load1',
      spare: 3,
      header: say('header.load'),
      value: ({ load1 }) => load1,
      show: ({ load1 }) => (load1 === null ? '–' : showNumber(load1)),
      align: 'right',
    },
    {
      key: 'diskBytesPerSecond',
      header: say('header.disk'),
      value: ({ diskBytesPerSecond }) => diskBytesPerSecond,
      show: ({ diskBytesPerSecond }) => formatBytesPerSecond(diskBytesPerSecond),
      align: 'right',
      only: 'wide',
    },
    {
      key: 'networkBytesPerSecond',
      header: say('header.network'),
      value: ({ networkBytesPerSecond }) => networkBytesPerSecond,
      show: ({ networkBytesPerSecond }) => formatBytesPerSecond(networkBytesPerSecond),
      align: 'right',
      only: 'wide',
    },
  ];
}
