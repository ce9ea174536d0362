// jidi profile show: hot functions with their callers, or the call tree.
import { type Command, Option } from 'commander';
import type { Profile, ProfileDetail } from '../../shared/api/profile.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import { parsePercent } from '../option-values.ts';
import type { Session } from '../session.ts';
import { profileColumns } from '../views/profile-list.ts';
import { type ProfileViewOptions, printProfile } from '../views/profile-view.ts';

export function addProfileShow(parent: Command, context: CommandContext): void {
  const { say } = context;
  const views = new Option('--view <view>', say('help.view'));
  parent
    .command('show')
    .description(say('help.profile.show'))
    .argument('<profile>', say('help.arg.profile'))
    .addOption(views.choices(['bottom-up', 'top-down']).default('bottom-up'))
    .addOption(new Option('--min <percent>', say('help.min')).argParser(parsePercent).default(0.005, '0.5%'))
    .option('--parts', say('help.parts'))
    .action(async (id: string, options: ShowOptions, command: Command) =>
      context.end(await showProfile(context.session(command), id, options)),
    );
}

interface ShowOptions extends ProfileViewOptions {
  readonly parts?: true;
}

async function showProfile(session: Session, id: string, options: ShowOptions): Promise<number> {
  if (options.parts === true) return showParts(session, id);
  const profile = await session.api.get<ProfileDetail>(apiPath`profiles/${id}`);
  printProfile(session, profile, options);
  return profile.status === 'failed' ? exitCodes.failure : exitCodes.ok;
}

async function showParts({ api, output, say }: Session, id: string): Promise<number> {
  const parts = await api.get<readonly Profile[]>(apiPath`profiles/${id}/parts`);
  if (output.format === 'json') output.json(parts);
  else output.rows(profileColumns(say), parts);
  return exitCodes.ok;
}
