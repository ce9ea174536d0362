// jidi command show: how a command stands or went on each of its nodes.
import type { Command as CommanderCommand } from 'commander';
import type { Command } from '../../shared/api/command.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import { showTime } from '../output/show-value.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { printCommand, summary } from '../views/command-view.ts';

export function addCommandShow(parent: CommanderCommand, context: CommandContext): void {
  parent
    .command('show')
    .description(context.say('help.command.show'))
    .argument('<command>', context.say('help.arg.command'))
    .action(async (id: string, _options: object, command: CommanderCommand) =>
      context.end(await showCommand(context.session(command), id)),
    );
}

async function showCommand(session: Session, id: string): Promise<number> {
  const { output, say } = session;
  const command = await session.api.get<Command>(apiPath`commands/${id}`);
  if (output.format === 'table' || output.format === 'wide') {
    const about = `  ${command.requester}  ${showTime(command.issued)}  ${summary(command.targets, say)}`;
    output.lines([[piece(command.action, 'strong'), piece(about)], []]);
  }
  printCommand(session, command);
  const bad = command.over && command.targets.some(({ state }) => state !== 'finished');
  return bad ? exitCodes.failure : exitCodes.ok;
}
