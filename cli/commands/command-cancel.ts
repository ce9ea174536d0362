// jidi command cancel: cancels a command on the nodes where it is not over.
import type { Command as CommanderCommand } from 'commander';
import type { Command } from '../../shared/api/command.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import type { Session } from '../session.ts';
import { commandColumns } from '../views/command-list.ts';

export function addCommandCancel(parent: CommanderCommand, context: CommandContext): void {
  parent
    .command('cancel')
    .description(context.say('help.command.cancel'))
    .argument('<command>', context.say('help.arg.command'))
    .action(async (id: string, _options: object, command: CommanderCommand) =>
      context.end(await cancelCommand(context.session(command), id)),
    );
}

async function cancelCommand({ api, output, say }: Session, id: string): Promise<number> {
  const command = await api.post<Command>(apiPath`commands/${id}/cancel`);
  if (output.format === 'json') output.json(command);
  else output.rows(commandColumns(say), [command]);
  return exitCodes.ok;
}
