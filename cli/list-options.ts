// --limit and --before of every list.
import type { Command } from 'commander';
import type { Clock } from '../shared/clock.ts';
import { parseMoment } from '../shared/duration.ts';
import type { QueryValues } from './api-client.ts';
import { CliError, exitCodes } from './exit-code.ts';
import type { Say } from './language/language.ts';
import { integerFrom } from './option-values.ts';

export interface ListOptions {
  readonly limit: number;
  readonly before?: string;
}

export function addListOptions(command: Command, say: Say): Command {
  return command
    .option('--limit <count>', say('help.limit'), integerFrom(1, 1000), 100)
    .option('--before <time>', say('help.before'));
}

export function listQuery({ limit, before }: ListOptions, clock: Clock): QueryValues {
  if (before === undefined) return { limit };
  const moment = parseMoment(before, clock.now());
  if (moment !== undefined) return { limit, before: moment / 1000 };
  throw new CliError(
    exitCodes.usage,
    `--before ${JSON.stringify(before)}: no time`,
    'Write seconds since the Unix epoch, ISO 8601, now or -10m.',
  );
}
