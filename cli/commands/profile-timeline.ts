// jidi profile timeline: when it was busy, as a heat map, and the options that choose the busiest and the quietest part.
import type { Command } from 'commander';
import type { Profile } from '../../shared/api/profile.ts';
import { type ProfileTimeline, stackViewLimits } from '../../shared/api/profile-view.ts';
import { isProfileOver } from '../../shared/model/profile.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import { secondsFrom } from '../option-values.ts';
import { commandPiece, piece, type StyledLine } from '../output/styled-text.ts';
import { addSampleOptions, choiceText, sampleQuery } from '../profile-choice.ts';
import { inOptions } from '../profile-problems.ts';
import { readProfile } from '../read-profile.ts';
import type { Session } from '../session.ts';
import { extremesOf, type HeatRow, heatMapLines, heatRows } from '../views/profile/heat-map-view.ts';
import { planHeat } from '../views/profile/heat-plan.ts';
import { headLines } from '../views/profile/profile-head.ts';
import { weightText } from '../views/profile/weight-text.ts';
import { addFunctionOptions, type FunctionOptions, wantedQuery } from '../wanted-function.ts';

interface TimelineOptions extends FunctionOptions {
  readonly step?: number;
}

export function addProfileTimeline(parent: Command, context: CommandContext): void {
  const { say } = context;
  const timeline = parent
    .command('timeline')
    .description(say('help.profile.timeline'))
    .argument('<profile>', say('help.arg.profile'))
    .option('--step <duration>', say('help.heatStep'), secondsFrom(stackViewLimits.step.min, 60));
  addFunctionOptions(timeline, say);
  addSampleOptions(timeline, say).action(async (id: string, options: TimelineOptions, command: Command) =>
    context.end(await showTimeline(context.session(command), id, options)),
  );
}

async function showTimeline(session: Session, id: string, options: TimelineOptions): Promise<number> {
  const { api, output, say, clock } = session;
  const profile = await readProfile(session, id);
  const wanted = await wantedQuery(api, id, options);
  const seconds = lengthOf(profile, clock.now() / 1000);
  const length = Math.min(seconds, options.to ?? seconds) - (options.from ?? 0);
  const plan = planHeat({ seconds: length, samples: profile.samples }, output.screen.columns, options.step);
  const choice = { ...sampleQuery(options), ...wanted };
  const asked = { ...choice, step: plan.step };
  const timeline = await inOptions(id, api.get<ProfileTimeline>(apiPath`profiles/${id}/timeline`, asked));
  if (output.format === 'json') output.json({ profile: id, unit: profile.unit, ...wanted, ...timeline });
  else if (output.format === 'csv') printCsv(session, timeline);
  else {
    const rows = heatRows(timeline, plan);
    const text = choiceText(choice);
    output.lines([
      ...headLines(profile, say),
      ...(text === '' ? [] : [[piece(text, 'accent')]]),
      [],
      ...heatMapLines(rows, { plan, unit: profile.unit, say }),
      ...extremeLines(session, profile, rows),
    ]);
  }
  return exitCodes.ok;
}

/** Seconds. What is being sampled is as long as it has lasted. */
function lengthOf({ started, ended, duration, status }: Profile, now: number): number {
  if (started !== null && ended !== null) return Math.max(ended - started, 1);
  return isProfileOver(status) || started === null
    ? duration
    : Math.min(duration, Math.max(1, now - started));
}

function printCsv({ output }: Session, { from, step, weights }: ProfileTimeline): void {
  const rows = weights.map((weight, cell) => ({ from: Number((from + cell * step).toFixed(6)), weight }));
  output.rows(
    [
      { key: 'from', header: '', value: (row) => row.from },
      { key: 'weight', header: '', value: ({ weight }) => weight },
    ],
    rows,
  );
}

/** The busiest and the quietest line, and what to type to see them. */
function extremeLines(
  { say }: Session,
  { id, unit, frequency }: Profile,
  rows: readonly HeatRow[],
): StyledLine[] {
  const extremes = extremesOf(rows, unit === 'microseconds' ? 1e6 / frequency : 1);
  if (extremes === null) return [[], [piece(say('heat.even'), 'dim')]];
  const { most, least } = extremes;
  const told = ({ from, to, weight }: HeatRow) => ({
    from: `${from} s`,
    to: `${to} s`,
    weight: weightText(weight, unit, say),
  });
  const look = `jidi profile show ${id} --from ${most.from} --to ${most.to}`;
  const base = `--base-from ${least.from} --base-to ${least.to}`;
  const compare = `jidi profile diff ${id} --from ${most.from} --to ${most.to} ${base}`;
  return [
    [],
    [piece(say('heat.most', told(most)), 'strong')],
    [piece(say('heat.look')), commandPiece(look)],
    [piece(say('heat.least', told(least)), 'strong')],
    [piece(say('heat.compare')), commandPiece(compare)],
  ];
}
