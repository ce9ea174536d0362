// jidi profile continuous show: the hot functions of a range of time, or the windows in it.
import { type Command, Option } from 'commander';
import type { ContinuousProfile } from '../../shared/api/continuous-profile.ts';
import type { Profile } from '../../shared/api/profile.ts';
import type { ProfileStacks } from '../../shared/api/profile-view.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import { momentText, parsePercent } from '../option-values.ts';
import type { Column } from '../output/output.ts';
import { piece } from '../output/styled-text.ts';
import { stacksOf } from '../profile-stacks.ts';
import type { Session } from '../session.ts';
import { continuousColumns } from '../views/continuous-list.ts';
import { bottomUpLines, type HotRow, hotRows, shownRows } from '../views/profile/bottom-up-view.ts';
import { withFrameWords } from '../views/profile/frame-words.ts';
import type { StackLook } from '../views/profile/stack-look.ts';
import { topDownLines } from '../views/profile/top-down-view.ts';
import { profileColumns } from '../views/profile-list.ts';

const views = ['bottom-up', 'top-down'] as const;

interface ShowOptions {
  readonly from: string;
  readonly to: string;
  readonly view: (typeof views)[number];
  readonly min: number;
  readonly windows?: true;
}

export function addContinuousShow(group: Command, context: CommandContext): void {
  const { say } = context;
  group
    .command('show')
    .description(say('help.continuous.show'))
    .argument('<profile>', say('help.arg.continuous'))
    .option('--from <time>', say('help.from'), '-1h')
    .option('--to <time>', say('help.to'), 'now')
    .addOption(new Option('--view <view>', say('help.view')).choices(views).default('bottom-up'))
    .addOption(new Option('--min <percent>', say('help.min')).argParser(parsePercent).default(0.005, '0.5%'))
    .option('--windows', say('help.windows'))
    .action(async (id: string, options: ShowOptions, command: Command) =>
      context.end(await showContinuous(context.session(command), id, options)),
    );
}

async function showContinuous(session: Session, id: string, options: ShowOptions): Promise<number> {
  const { api, output, say } = session;
  const range = { from: momentText(options.from), to: momentText(options.to) };
  if (options.windows === true) {
    const windows = await api.get<readonly Profile[]>(apiPath`continuous-profiles/${id}/windows`, range);
    if (output.format === 'json') output.json(windows);
    else output.rows(profileColumns(say), windows);
    return exitCodes.ok;
  }
  const profile = await api.get<ContinuousProfile>(apiPath`continuous-profiles/${id}`);
  const stacks = await readStacks(session, id, range);
  if (output.format === 'json') output.json({ ...profile, ...range, stacks });
  else printStacks(session, { profile, stacks }, options);
  return exitCodes.ok;
}

/** null: none in this range. */
async function readStacks(
  { api }: Session,
  id: string,
  range: { readonly from: string; readonly to: string },
): Promise<ProfileStacks | null> {
  try {
    return await api.get<ProfileStacks>(apiPath`continuous-profiles/${id}/stacks`, range);
  } catch (error) {
    if (error instanceof CliError && error.code === 'no-stacks') return null;
    throw error;
  }
}

function printStacks(
  { output, say }: Session,
  { profile, stacks: answer }: { readonly profile: ContinuousProfile; readonly stacks: ProfileStacks | null },
  { view, min, from, to }: ShowOptions,
): void {
  const stacks = answer && stacksOf(answer);
  const look: StackLook = {
    min,
    classes: answer?.classes ?? [],
    isFound: null,
    width: output.screen.columns,
  };
  if (output.format === 'csv') {
    const rows = stacks === null ? [] : shownRows(hotRows(stacks, look), look);
    return output.rows(functionColumns, rows);
  }
  const head = output.tableLines(continuousColumns(say), [profile]);
  if (stacks === null || stacks.weight === 0) {
    return output.lines([...head, [], [piece(say('empty.windows', { from, to, id: profile.id }), 'dim')]]);
  }
  const told = withFrameWords(stacks, look.classes, say);
  const lines = view === 'top-down' ? topDownLines(told, look, say) : bottomUpLines(told, look, say);
  output.lines([...head, [], ...lines]);
}

const functionColumns: readonly Column<HotRow>[] = [
  { key: 'function', header: 'function', value: (row) => row.function },
  { key: 'module', header: 'module', value: ({ module }) => module },
  { key: 'self', header: 'self', value: ({ self }) => self },
  { key: 'total', header: 'total', value: ({ total }) => total },
];
