// jidi profile diff: what differs between two profiles, or between two windows, nodes, processes or ranks of one.
import { type Command, Option } from 'commander';
import type { Profile } from '../../shared/api/profile.ts';
import type { ProfileDifference } from '../../shared/api/profile-view.ts';
import { targetName } from '../../shared/profile-target.ts';
import { type FunctionDifference, functionDifferences } from '../../shared/stacks/difference.ts';
import { apiPath, type QueryValues } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import { integerFrom, parsePercent } from '../option-values.ts';
import { type Piece, piece, type StyledLine } from '../output/styled-text.ts';
import {
  addSampleOptions,
  addShapeOptions,
  type ChoiceOptions,
  choiceQuery,
  choiceText,
  parseOffset,
} from '../profile-choice.ts';
import { inOptions } from '../profile-problems.ts';
import { differenceOf } from '../profile-stacks.ts';
import { readProfile } from '../read-profile.ts';
import type { Session } from '../session.ts';
import {
  differenceColumns,
  differenceFlame,
  differenceLines,
  type JudgedShare,
} from '../views/profile/difference-view.ts';
import { withFrameWords } from '../views/profile/frame-words.ts';
import { weightText } from '../views/profile/weight-text.ts';

const views = ['functions', 'flame', 'icicle'] as const;

interface DiffOptions extends ChoiceOptions {
  readonly baseFrom?: number;
  readonly baseTo?: number;
  readonly baseNode?: string;
  readonly basePid?: number;
  readonly baseThread?: number;
  readonly baseRank?: number;
  readonly slowestRank?: true;
  readonly view: (typeof views)[number];
  readonly share: JudgedShare;
  readonly min: number;
}

export function addProfileDiff(parent: Command, context: CommandContext): void {
  const { say } = context;
  const diff = parent
    .command('diff')
    .description(say('help.profile.diff'))
    .argument('<base>', say('help.arg.base'))
    .argument('[profile]', say('help.arg.compared'))
    .option('--slowest-rank', say('help.slowestRank'))
    .addOption(new Option('--view <view>', say('help.differenceView')).choices(views).default('functions'))
    .addOption(new Option('--share <share>', say('help.judged')).choices(['self', 'total']).default('self'))
    .addOption(
      new Option('--min <percent>', say('help.minChange')).argParser(parsePercent).default(0.002, '0.2%'),
    );
  addSampleOptions(diff, say);
  addBaseOptions(diff, say('help.baseChoice'));
  addShapeOptions(diff, say).action(
    async (base: string, profile: string | undefined, options: DiffOptions, command: Command) =>
      context.end(await showDifference(context.session(command), { base, profile }, options)),
  );
}

function addBaseOptions(command: Command, help: string): void {
  const anyId = integerFrom(0, Number.MAX_SAFE_INTEGER);
  command
    .option('--base-from <time>', help, parseOffset)
    .option('--base-to <time>', help, parseOffset)
    .option('--base-node <node>', help)
    .option('--base-pid <pid>', help, anyId)
    .option('--base-thread <tid>', help, anyId)
    .option('--base-rank <rank>', help, anyId);
}

function baseQuery(options: DiffOptions): QueryValues {
  const { baseFrom, baseTo, baseNode, basePid, baseThread, baseRank } = options;
  return { baseFrom, baseTo, baseNode, basePid, baseThread, baseRank };
}

async function showDifference(
  session: Session,
  asked: { readonly base: string; readonly profile: string | undefined },
  options: DiffOptions,
): Promise<number> {
  const { api, output } = session;
  const id = asked.profile ?? asked.base;
  const ofBase = baseQuery(options);
  const isBaseChosen = Object.values(ofBase).some((value) => value !== undefined);
  if (asked.profile === undefined && !isBaseChosen && options.slowestRank !== true)
    throw nothingToCompare(id);
  const query = {
    ...choiceQuery(options),
    ...ofBase,
    base: asked.profile === undefined ? undefined : asked.base,
    ranks: options.slowestRank === true ? 'slowest' : undefined,
  };
  const answer = await inOptions(id, api.get<ProfileDifference>(apiPath`profiles/${id}/difference`, query));
  const raw = differenceOf(answer);
  const isForPeople = output.format !== 'json' && output.format !== 'csv';
  const difference = isForPeople
    ? { ...raw, stacks: withFrameWords(raw.stacks, answer.classes, session.say) }
    : raw;
  const { share: by, min } = options;
  const rows = functionDifferences(difference, { most: 100_000, by, sampleWeight: answer.sampleWeight });
  if (output.format === 'json') output.json(differenceJson(answer, rows, by));
  else if (output.format === 'csv') {
    output.rows(
      differenceColumns(session.say),
      rows.map((row) => ({ ...row.frame, ...row })),
    );
  } else await printDifference(session, { answer, rows, difference }, { by, min, view: options.view });
  return exitCodes.ok;
}

interface Made {
  readonly answer: ProfileDifference;
  readonly rows: readonly FunctionDifference[];
  readonly difference: ReturnType<typeof differenceOf>;
}

async function printDifference(
  session: Session,
  { answer, rows, difference }: Made,
  { by, min, view }: { readonly by: JudgedShare; readonly min: number; readonly view: DiffOptions['view'] },
): Promise<void> {
  const { output, say } = session;
  const { columns, manyColors = false, color } = output.screen;
  const look = {
    width: columns ?? 100,
    min: 0.001,
    root: view === 'flame' ? 'below' : 'above',
    manyColors: manyColors && color,
  } as const;
  output.lines([
    ...(await sideLines(session, answer)),
    [],
    ...(view === 'functions'
      ? differenceLines(rows, { by, min, width: columns }, say)
      : differenceFlame(difference.stacks, difference.base, { look, say })),
  ]);
}

/** Both sides: which profile, what of it, how much that is. Of one profile, its name comes first, and once. */
async function sideLines(session: Session, { of, base }: ProfileDifference): Promise<StyledLine[]> {
  const [now, before] = await Promise.all([
    readProfile(session, of.profile),
    readProfile(session, base.profile),
  ]);
  const isOne = of.profile === base.profile;
  const side = (profile: Profile, chosen: ProfileDifference['of'], name: 'base' | 'now'): StyledLine => [
    piece(`${session.say(`difference.${name}`)}  `, 'strong'),
    ...(isOne ? [] : namePieces(profile)),
    ...choicePieces(chosen),
    piece(weightText(chosen.weight, profile.unit, session.say)),
  ];
  return [...(isOne ? [namePieces(now)] : []), side(before, base, 'base'), side(now, of, 'now')];
}

function namePieces({ id, name, target }: Profile): Piece[] {
  return [piece(`${name ?? targetName(target)}  `, 'strong'), piece(`${id}  `)];
}

function choicePieces({ profile: _profile, weight: _weight, ...choice }: ProfileDifference['of']): Piece[] {
  const text = choiceText(choice);
  return text === '' ? [] : [piece(`${text}  `, 'accent')];
}

function differenceJson(
  { of, base, sampleWeight }: ProfileDifference,
  rows: Made['rows'],
  by: JudgedShare,
): object {
  const functions = rows.map(({ frame, ...row }) => ({ ...frame, ...row }));
  return { of, base, sampleWeight, judged: by, functions };
}

function nothingToCompare(id: string): CliError {
  return new CliError(
    exitCodes.usage,
    'what to compare with: not said',
    `Name a base before it, as in jidi profile diff BASE ${id}, or choose one in it: --base-from and --base-to, --base-node, --base-pid, --base-thread, --base-rank, or --slowest-rank.`,
  );
}
