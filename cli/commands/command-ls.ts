// jidi command ls: commands, newest first.
import type { Command as CommanderCommand } from 'commander';
import type { Command } from '../../shared/api/command.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import { addListOptions, type ListOptions, listQuery } from '../list-options.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { commandColumns } from '../views/command-list.ts';

export function addCommandLs(parent: CommanderCommand, context: CommandContext): void {
  const { say } = context;
  addListOptions(parent.command('ls').description(say('help.command.ls')), say).action(
    async (options: ListOptions, command: CommanderCommand) =>
      context.end(await listCommands(context.session(command), options)),
  );
}

async function listCommands(
  { api, output, say, note, clock }: Session,
  options: ListOptions,
): Promise<number> {
  const commands = await api.get<readonly Command[]>('commands', listQuery(options, clock));
  if (output.format === 'json') output.json(commands);
  else {
    if (commands.length === 0) note([piece(say('empty.list'), 'dim')]);
    output.rows(commandColumns(say), commands);
  }
  return exitCodes.ok;
}
