// jidi profile rm: deletes a profile with its stacks.
import type { Command } from 'commander';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';

export function addProfileRm(parent: Command, context: CommandContext): void {
  parent
    .command('rm')
    .description(context.say('help.profile.rm'))
    .argument('<profile>', context.say('help.arg.profile'))
    .action(async (id: string, _options: object, command: Command) =>
      context.end(await deleteProfile(context.session(command), id)),
    );
}

async function deleteProfile({ api, say, note }: Session, id: string): Promise<number> {
  await api.delete(apiPath`profiles/${id}`);
  note([piece(say('profile.gone', { id }), 'dim')]);
  return exitCodes.ok;
}
