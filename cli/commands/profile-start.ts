// jidi profile start: asks a node to sample; with --wait shows the hot functions at the end.
// The first interrupt stops the profile, and what was sampled is shown all the same.
import { type Command, Option } from 'commander';
import type { Profile } from '../../shared/api/profile.ts';
import { formatSeconds } from '../../shared/format.ts';
import {
  type CallGraphChoice,
  callGraphChoices,
  isProfileOver,
  type ProfileEvent,
  profileEvents,
  profileLimits,
  usualProfile,
} from '../../shared/model/profile.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import { integerFrom, readNodeSet, secondsFrom } from '../option-values.ts';
import { piece } from '../output/styled-text.ts';
import { Progress } from '../progress.ts';
import { readShownProfile } from '../read-profile.ts';
import type { Session } from '../session.ts';
import { printProfile } from '../views/profile/profile-view.ts';
import { profileColumns } from '../views/profile-list.ts';
import { waitUntilOver } from '../wait.ts';
import { addTargetOptions, askedName, type TargetOptions, targetOf } from './profile-target.ts';

const { durationMs, frequencyHz } = profileLimits;
/** Sampling begins late and symbols take their time. */
const graceMs = 120_000;

interface StartOptions extends TargetOptions {
  readonly event: ProfileEvent;
  readonly callGraph: CallGraphChoice;
  readonly inlined?: true;
  readonly duration: number;
  readonly frequency: number;
  readonly wait?: true;
}

export function addProfileStart(parent: Command, context: CommandContext): void {
  const { say } = context;
  const seconds = secondsFrom(durationMs.min / 1000, durationMs.max / 1000);
  const hertz = integerFrom(frequencyHz.min, frequencyHz.max);
  const duration = new Option('--duration <duration>', say('help.duration'));
  const start = parent
    .command('start')
    .description(say('help.profile.start'))
    .argument('[nodes]', say('help.arg.profiledNodes'));
  addTargetOptions(start, say)
    .addOption(
      new Option('--event <event>', say('help.profileEvent'))
        .choices(profileEvents)
        .default(usualProfile.event),
    )
    .addOption(
      new Option('--call-graph <way>', say('help.callGraph'))
        .choices(callGraphChoices)
        .default(usualProfile.callGraph),
    )
    .option('--inlined', say('help.inlined'))
    .addOption(
      duration.argParser(seconds).default(durationMs.default / 1000, `${durationMs.default / 1000}s`),
    )
    .option('--frequency <hertz>', say('help.frequency'), hertz, frequencyHz.default)
    .option('--wait', say('help.wait'))
    .action(async (nodes: string | undefined, options: StartOptions, command: Command) =>
      context.end(await startProfile(context.session(command), nodes, options)),
    );
}

async function startProfile(
  session: Session,
  nodes: string | undefined,
  options: StartOptions,
): Promise<number> {
  const { api, output, say, note } = session;
  const { duration, frequency, event, callGraph, inlined = false, wait } = options;
  const target = targetOf(options);
  if (nodes !== undefined) readNodeSet(nodes, profileLimits.nodes);
  if (nodes === undefined && target.job === undefined) {
    const remedy = 'Name one or a node set; only a job is found without.';
    throw new CliError(exitCodes.usage, 'no node is named', remedy);
  }
  const order = { nodes, ...target, event, callGraph, inlined, duration, frequency };
  const profile = await api.post<Profile>('profiles', order);
  if (wait === undefined) {
    if (output.format === 'json') output.json(profile);
    else output.rows(profileColumns(say), [profile]);
    return exitCodes.ok;
  }
  const told = {
    id: profile.id,
    target: askedName(target),
    node: nodes ?? say('profile.itsNodes'),
    duration: formatSeconds(duration),
    frequency,
  };
  note([piece(say('profile.started', told), 'dim')]);
  const ended = await waitForProfile(session, profile);
  const shown = await readShownProfile(session, profile.id, {});
  printProfile(session, shown, { view: 'bottom-up', min: 0.005 });
  if (shown.chosen !== null && output.format === 'table') {
    note([piece(say('profile.topDown', { id: profile.id }), 'dim')]);
  }
  return ended.status === 'failed' ? exitCodes.failure : exitCodes.ok;
}

async function waitForProfile(session: Session, { id, duration }: Profile): Promise<Profile> {
  const { api, say } = session;
  const progress = new Progress(session.terminal);
  try {
    return await waitUntilOver<Profile>(session, {
      read: () => api.get<Profile>(apiPath`profiles/${id}`),
      isOver: ({ status }) => isProfileOver(status),
      onValue: ({ status, progress: ratio }) =>
        progress.show(say('profile.progress', { id, status: say(`status.${status}`) }), ratio),
      subject: `profile ${id}`,
      deadlineMs: duration * 1000 + graceMs,
      onInterrupt: async () => {
        progress.end();
        session.note([piece(say('profile.stopping'), 'warning')]);
        await api.post<Profile>(apiPath`profiles/${id}/stop`);
      },
    });
  } finally {
    progress.end();
  }
}
