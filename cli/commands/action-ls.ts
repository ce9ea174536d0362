// jidi action ls: what nodes can do. Whether a node does it is decided by its own policy.
import type { Command } from 'commander';
import type { Action } from '../../shared/api/command.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import type { Say } from '../language/language.ts';
import type { Column } from '../output/output.ts';
import type { Session } from '../session.ts';

export function addActionLs(parent: Command, context: CommandContext): void {
  parent
    .command('ls')
    .description(context.say('help.action.ls'))
    .action(async (_options: object, command: Command) =>
      context.end(await listActions(context.session(command))),
    );
}

async function listActions({ api, output, say }: Session): Promise<number> {
  const actions = await api.get<readonly Action[]>('actions');
  if (output.format === 'json') output.json(actions);
  else output.rows(actionColumns(say), actions);
  return exitCodes.ok;
}

function actionColumns(say: Say): Column<Action>[] {
  return [
    { key: 'name', header: say('header.name'), value: ({ name }) => name },
    {
      key: 'changesNode',
      header: say('header.changes'),
      value: ({ changesNode }) => changesNode,
      show: ({ changesNode }) => say(changesNode ? 'yes' : 'no'),
      style: ({ changesNode }) => (changesNode ? 'warning' : 'plain'),
    },
    {
      key: 'parameters',
      spare: 1,
      header: say('header.parameters'),
      value: ({ parameters }) =>
        parameters.map(({ name, required }) => (required ? name : `[${name}]`)).join(' '),
    },
    {
      key: 'description',
      header: say('header.description'),
      value: ({ description }) => description,
      shrinks: true,
    },
  ];
}
