// Which samples of a profile, and in which shape: the options of every command that shows one. In: options. Out: the query
// of the collector's views, and the words for it.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type RollUp, rollUps, stackViewLimits } from '../shared/api/profile-view.ts';
import { parseDuration } from '../shared/duration.ts';
import type { QueryValues } from './api-client.ts';
import type { Say } from './language/language.ts';
import { integerFrom } from './option-values.ts';

/** Offsets are seconds since the begin of the profile. */
export interface SampleOptions {
  readonly from?: number;
  readonly to?: number;
  readonly node?: string;
  readonly pid?: number;
  readonly thread?: number;
  readonly rank?: number;
}

export interface ShapeOptions {
  readonly focus?: string;
  readonly without?: string;
  readonly fold?: true;
  readonly by?: RollUp;
  readonly most?: number;
}

export type ChoiceOptions = SampleOptions & ShapeOptions;

const anyId = integerFrom(0, Number.MAX_SAFE_INTEGER);

export function addSampleOptions(command: Command, say: Say): Command {
  return command
    .option('--from <time>', say('help.fromOffset'), parseOffset)
    .option('--to <time>', say('help.toOffset'), parseOffset)
    .option('--node <node>', say('help.sampledNode'))
    .option('--pid <pid>', say('help.sampledPid'), anyId)
    .option('--thread <tid>', say('help.sampledThread'), anyId)
    .option('--rank <rank>', say('help.sampledRank'), anyId);
}

export function addShapeOptions(command: Command, say: Say): Command {
  const { min, max } = stackViewLimits.branches;
  return command
    .option('--focus <text>', say('help.focus'))
    .option('--without <text>', say('help.without'))
    .option('--fold', say('help.fold'))
    .addOption(new Option('--by <what>', say('help.rollUp')).choices(rollUps))
    .option('--most <branches>', say('help.most'), integerFrom(min, max));
}

export function sampleQuery({ from, to, node, pid, thread, rank }: SampleOptions): QueryValues {
  return { from, to, node, pid, thread, rank };
}

export function choiceQuery(options: ChoiceOptions): QueryValues {
  const { focus, without, fold, by, most } = options;
  return { ...sampleQuery(options), focus, without, fold, by, most };
}

/** '12.5', '12.5s' or '200ms' → seconds. */
export function parseOffset(text: string): number {
  const seconds = /^\d{1,9}(\.\d{1,6})?$/.test(text)
    ? Number(text)
    : (parseDuration(text) ?? Number.NaN) / 1000;
  if (seconds >= 0) return seconds;
  throw new InvalidArgumentError('Write seconds since the begin of the profile, e.g. 12.5, 12.5s or 200ms.');
}

/** What was chosen, as the options that choose it; empty: everything. */
export function choiceText(query: QueryValues): string {
  return Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (value === true ? `--${name}` : `--${name} ${shellWord(String(value))}`))
    .join(' ');
}

/** As a shell reads it back. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
