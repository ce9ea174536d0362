// jidi profile continuous: profiles that go on, window after window; start, ls, show, stop.
import { type Command, Option } from 'commander';
import type { ContinuousProfile } from '../../shared/api/continuous-profile.ts';
import { continuousLimits } from '../../shared/model/continuous-profile.ts';
import { type ProfileEvent, profileEvents } from '../../shared/model/profile.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import { integerFrom, readNodeSet, secondsFrom } from '../option-values.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { continuousColumns } from '../views/continuous-list.ts';
import { addContinuousShow } from './profile-continuous-show.ts';

const { frequencyHz, windowMs } = continuousLimits;

export function addProfileContinuous(parent: Command, context: CommandContext): void {
  const { say } = context;
  const group = parent.command('continuous').description(say('help.profile.continuous')).helpCommand(false);
  addStart(group, context);
  group
    .command('ls')
    .description(say('help.continuous.ls'))
    .action(async (_options: object, command: Command) =>
      context.end(await listContinuous(context.session(command))),
    );
  addContinuousShow(group, context);
  group
    .command('stop')
    .description(say('help.continuous.stop'))
    .argument('<profile>', say('help.arg.continuous'))
    .action(async (id: string, _options: object, command: Command) =>
      context.end(await stopContinuous(context.session(command), id)),
    );
}

interface StartOptions {
  readonly job?: string;
  readonly event: ProfileEvent;
  readonly frequency: number;
  readonly window: number;
}

function addStart(group: Command, context: CommandContext): void {
  const { say } = context;
  const window = new Option('--window <duration>', say('help.window'));
  group
    .command('start')
    .description(say('help.continuous.start'))
    .argument('[nodes]', say('help.arg.continuousNodes'))
    .option('--job <job>', say('help.continuousJob'))
    .addOption(
      new Option('--event <event>', say('help.profileEvent')).choices(profileEvents).default('cpu-clock'),
    )
    .option(
      '--frequency <hertz>',
      say('help.continuousFrequency'),
      integerFrom(frequencyHz.min, frequencyHz.max),
      frequencyHz.default,
    )
    .addOption(
      window
        .argParser(secondsFrom(windowMs.min / 1000, windowMs.max / 1000))
        .default(windowMs.default / 1000, `${windowMs.default / 1000}s`),
    )
    .action(async (nodes: string | undefined, options: StartOptions, command: Command) =>
      context.end(await startContinuous(context.session(command), nodes, options)),
    );
}

async function startContinuous(
  session: Session,
  nodes: string | undefined,
  { job, event, frequency, window }: StartOptions,
): Promise<number> {
  if (nodes !== undefined) readNodeSet(nodes, continuousLimits.nodes);
  if (nodes === undefined && job === undefined) {
    throw new CliError(exitCodes.usage, 'no node and no job is named', 'Name a node set, or --job JOB.');
  }
  const order = { nodes, job, event, frequency, window };
  return show(session, await session.api.post<ContinuousProfile>('continuous-profiles', order));
}

async function stopContinuous(session: Session, id: string): Promise<number> {
  return show(session, await session.api.post<ContinuousProfile>(apiPath`continuous-profiles/${id}/stop`));
}

async function listContinuous({ api, output, say, note }: Session): Promise<number> {
  const profiles = await api.get<readonly ContinuousProfile[]>('continuous-profiles');
  if (output.format === 'json') output.json(profiles);
  else {
    if (profiles.length === 0) note([piece(say('empty.list'), 'dim')]);
    output.rows(continuousColumns(say), profiles);
  }
  return exitCodes.ok;
}

function show({ output, say }: Session, profile: ContinuousProfile): number {
  if (output.format === 'json') output.json(profile);
  else output.rows(continuousColumns(say), [profile]);
  return exitCodes.ok;
}
