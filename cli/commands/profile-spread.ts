// jidi profile spread: how the work, or one function, spreads over ranks, threads or nodes.
import { type Command, Option } from 'commander';
import type { Profile } from '../../shared/api/profile.ts';
import { type ProfileSpread, type SpreadBy, spreads } from '../../shared/api/profile-view.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import { integerFrom } from '../option-values.ts';
import { commandPiece, piece, type StyledLine } from '../output/styled-text.ts';
import { addSampleOptions, choiceText, sampleQuery } from '../profile-choice.ts';
import { inOptions } from '../profile-problems.ts';
import { readProfile } from '../read-profile.ts';
import type { Session } from '../session.ts';
import { headLines } from '../views/profile/profile-head.ts';
import {
  bothEnds,
  type JudgedRow,
  judgeSpread,
  type Spread,
  spreadColumns,
  spreadSummary,
} from '../views/profile/spread-view.ts';
import { addFunctionOptions, type FunctionOptions, wantedQuery } from '../wanted-function.ts';

interface SpreadOptions extends FunctionOptions {
  readonly over: SpreadBy;
  readonly limit: number;
}

export function addProfileSpread(parent: Command, context: CommandContext): void {
  const { say } = context;
  const spread = parent
    .command('spread')
    .description(say('help.profile.spread'))
    .argument('<profile>', say('help.arg.profile'))
    .addOption(new Option('--over <what>', say('help.over')).choices(spreads).default('process'))
    .option('--limit <count>', say('help.limit'), integerFrom(1, 10_000), 40);
  addFunctionOptions(spread, say);
  addSampleOptions(spread, say).action(async (id: string, options: SpreadOptions, command: Command) =>
    context.end(await showSpread(context.session(command), id, options)),
  );
}

async function showSpread(session: Session, id: string, options: SpreadOptions): Promise<number> {
  const { api, output, say } = session;
  const profile = await readProfile(session, id);
  const wanted = await wantedQuery(api, id, options);
  const choice = { ...sampleQuery(options), ...wanted };
  const asked = { ...choice, over: options.over };
  const answer = await inOptions(id, api.get<ProfileSpread>(apiPath`profiles/${id}/spread`, asked));
  const isWanted = wanted['function'] !== undefined || wanted['module'] !== undefined;
  const sampleWeight = profile.unit === 'microseconds' ? 1e6 / profile.frequency : 1;
  const spread = judgeSpread(answer.rows, { isWanted, sampleWeight });
  if (output.format === 'json') {
    output.json({
      profile: id,
      unit: profile.unit,
      ...wanted,
      over: options.over,
      ...spread,
      left: answer.left,
    });
    return exitCodes.ok;
  }
  const text = choiceText(choice);
  if (output.format !== 'csv') {
    output.lines([...headLines(profile, say), ...(text === '' ? [] : [[piece(text, 'accent')]]), []]);
  }
  printRows(session, profile, { spread, options, isWanted });
  if (output.format !== 'csv')
    output.lines([[], ...summaryLines(session, profile, { spread, left: answer.left })]);
  return exitCodes.ok;
}

function printRows(
  { output, say }: Session,
  { unit }: Profile,
  {
    spread,
    options,
    isWanted,
  }: { readonly spread: Spread; readonly options: SpreadOptions; readonly isWanted: boolean },
): void {
  const { rows } = spread;
  const columns = spreadColumns(say, {
    over: options.over,
    unit,
    isWanted,
    highest: rows[0]?.value ?? 0,
    ranks: rows.some(({ rank }) => rank !== null),
    waits: rows.some(({ ownShare }) => ownShare < 1),
    barCells: (output.screen.columns ?? 100) >= 100 ? 24 : 10,
  });
  if (output.format === 'csv') return output.rows<JudgedRow>(columns, rows);
  const { first, last } = bothEnds(rows, options.limit);
  const lines = output.tableLines<JudgedRow>(columns, [...first, ...last]);
  const omitted = rows.length - first.length - last.length;
  const between = lines.length - last.length;
  const more: StyledLine[] = omitted === 0 ? [] : [[piece(say('fact.more', { count: omitted }), 'dim')]];
  output.lines([...lines.slice(0, between), ...more, ...lines.slice(between)]);
}

function summaryLines(
  { say }: Session,
  { id, unit, target }: Profile,
  { spread, left }: { readonly spread: Spread; readonly left: number },
): StyledLine[] {
  const isSlow = target.kind === 'job' && spread.rows.some(({ standsOut }) => standsOut === 'high');
  const compare = `jidi profile diff ${id} --slowest-rank`;
  return [
    ...spreadSummary(spread, unit, say),
    ...(isSlow ? [[piece(say('spread.compare')), commandPiece(compare)]] : []),
    ...(left === 0 ? [] : [[piece(say('spread.left', { count: left }), 'dim')]]),
  ];
}
