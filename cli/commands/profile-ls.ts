// jidi profile ls: profiles, newest first.
import type { Command } from 'commander';
import type { Profile } from '../../shared/api/profile.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import { addListOptions, type ListOptions, listQuery } from '../list-options.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { profileColumns } from '../views/profile-list.ts';

export function addProfileLs(parent: Command, context: CommandContext): void {
  const { say } = context;
  addListOptions(parent.command('ls').description(say('help.profile.ls')), say)
    .option('--node <node>', say('help.onlyNode'))
    .action(async (options: ListOptions & { node?: string }, command: Command) =>
      context.end(await listProfiles(context.session(command), options)),
    );
}

async function listProfiles(
  session: Session,
  { node, ...options }: ListOptions & { node?: string },
): Promise<number> {
  const { api, output, say, note } = session;
  const profiles = await api.get<readonly Profile[]>('profiles', {
    node,
    ...listQuery(options, session.clock),
  });
  if (output.format === 'json') output.json(profiles);
  else {
    if (profiles.length === 0) note([piece(say('empty.list'), 'dim')]);
    output.rows(profileColumns(say), profiles);
  }
  return exitCodes.ok;
}
