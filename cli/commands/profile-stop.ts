// jidi profile stop: ends the sampling now and keeps what there is.
import type { Command } from 'commander';
import type { Profile } from '../../shared/api/profile.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import type { Session } from '../session.ts';
import { profileColumns } from '../views/profile-list.ts';

export function addProfileStop(parent: Command, context: CommandContext): void {
  parent
    .command('stop')
    .description(context.say('help.profile.stop'))
    .argument('<profile>', context.say('help.arg.profile'))
    .action(async (id: string, _options: object, command: Command) =>
      context.end(await stopProfile(context.session(command), id)),
    );
}

async function stopProfile({ api, output, say }: Session, id: string): Promise<number> {
  const profile = await api.post<Profile>(apiPath`profiles/${id}/stop`);
  if (output.format === 'json') output.json(profile);
  else output.rows(profileColumns(say), [profile]);
  return exitCodes.ok;
}
