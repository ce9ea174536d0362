// One function of a profile that is looked for, as options. In: its name, or a part that only it has. Out: its name in full, as the
// collector's views want it.
import type { Command } from 'commander';
import type { ApiClient, QueryValues } from './api-client.ts';
import type { Say } from './language/language.ts';
import { type SampleOptions, sampleQuery } from './profile-choice.ts';
import { findFunction, readStacks } from './profile-stacks.ts';

export interface FunctionOptions extends SampleOptions {
  readonly function?: string;
  readonly module?: string;
}

export function addFunctionOptions(command: Command, say: Say): Command {
  return command
    .option('--function <name>', say('help.function'))
    .option('--module <module>', say('help.module'));
}

export async function wantedQuery(
  api: ApiClient,
  id: string,
  options: FunctionOptions,
): Promise<QueryValues> {
  const { function: name, module } = options;
  if (name === undefined) return { module };
  const chosen = await readStacks(api, id, sampleQuery(options));
  if (chosen === null) return { function: name, module };
  const frame = chosen.stacks.frames[findFunction(chosen.stacks, name, module)];
  return { function: frame?.function ?? name, module };
}
