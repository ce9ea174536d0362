// jidi profile show: hot functions with their callers, the call tree, or a flame graph; of all samples or of some.
import { type Command, Option } from 'commander';
import type { Profile } from '../../shared/api/profile.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import { parsePercent } from '../option-values.ts';
import { piece } from '../output/styled-text.ts';
import { addSampleOptions, addShapeOptions, type ChoiceOptions } from '../profile-choice.ts';
import { readShownProfile } from '../read-profile.ts';
import type { Session } from '../session.ts';
import { type ProfileViewOptions, printProfile, profileViews } from '../views/profile/profile-view.ts';
import { profileColumns } from '../views/profile-list.ts';

export function addProfileShow(parent: Command, context: CommandContext): void {
  const { say } = context;
  const show = parent
    .command('show')
    .description(say('help.profile.show'))
    .argument('<profile>', say('help.arg.profile'))
    .addOption(new Option('--view <view>', say('help.view')).choices(profileViews).default('bottom-up'))
    .addOption(new Option('--min <percent>', say('help.min')).argParser(parsePercent).default(0.005, '0.5%'))
    .option('--search <text>', say('help.search'))
    .option('--parts', say('help.parts'));
  addSampleOptions(show, say);
  addShapeOptions(show, say).action(async (id: string, options: ShowOptions, command: Command) =>
    context.end(await showProfile(context.session(command), id, options)),
  );
}

interface ShowOptions extends ProfileViewOptions, ChoiceOptions {
  readonly parts?: true;
}

async function showProfile(session: Session, id: string, options: ShowOptions): Promise<number> {
  if (options.parts === true) return showParts(session, id);
  const shown = await readShownProfile(session, id, options);
  printProfile(session, shown, options);
  return shown.profile.status === 'failed' ? exitCodes.failure : exitCodes.ok;
}

async function showParts({ api, output, note, say }: Session, id: string): Promise<number> {
  const parts = await api.get<readonly Profile[]>(apiPath`profiles/${id}/parts`);
  if (output.format === 'json') output.json(parts);
  else {
    if (parts.length === 0) note([piece(say('empty.parts'), 'dim')]);
    output.rows(profileColumns(say), parts);
  }
  return exitCodes.ok;
}
