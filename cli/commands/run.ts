// jidi run: asks nodes to carry out an action and shows how it went on each of them.
// An action that changes nodes is confirmed by a person, or by -y where nobody can be asked.
import { type Command as CommanderCommand, Option } from 'commander';
import type { Action, Command } from '../../shared/api/command.ts';
import { commandLimits } from '../../shared/model/command.ts';
import { foldNodeSet } from '../../shared/nodeset.ts';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import { follow } from '../follow-command.ts';
import { gatherPair, readNodeSet, secondsFrom } from '../option-values.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { commandColumns } from '../views/command-list.ts';
import { printCommand, summary } from '../views/command-view.ts';

const { timeoutMs } = commandLimits;

interface RunOptions {
  readonly nodes: string;
  readonly parameter?: Readonly<Record<string, string>>;
  readonly timeout: number;
  readonly yes?: true;
  readonly detach?: true;
}

export function addRun(parent: CommanderCommand, context: CommandContext): void {
  const { say } = context;
  const seconds = secondsFrom(timeoutMs.min / 1000, timeoutMs.max / 1000);
  const timeout = new Option('--timeout <duration>', say('help.timeout'));
  parent
    .command('run')
    .description(say('help.run'))
    .argument('<action>', say('help.arg.action'))
    .requiredOption('-w, --nodes <nodes>', say('help.where'))
    .option('-p, --parameter <key=value>', say('help.parameter'), gatherPair)
    .addOption(timeout.argParser(seconds).default(timeoutMs.default / 1000, `${timeoutMs.default / 1000}s`))
    .option('-y, --yes', say('help.assumeYes'))
    .option('--detach', say('help.detach'))
    .action(async (action: string, options: RunOptions, command: CommanderCommand) =>
      context.end(await runAction(context.session(command), action, options)),
    );
}

async function runAction(session: Session, action: string, options: RunOptions): Promise<number> {
  const { api, output, say, note } = session;
  const names = readNodeSet(options.nodes, commandLimits.nodes);
  const { changesNode } = await findAction(session, action);
  if (changesNode && options.yes === undefined && !(await confirm(session, action, names))) {
    note([piece(say('notConfirmed'), 'warning')]);
    return exitCodes.failure;
  }
  const { parameter: parameters = {}, timeout } = options;
  const order = { action, nodes: foldNodeSet(names), parameters, timeout };
  const issued = await api.post<Command>('commands', order);
  if (options.detach) {
    if (output.format === 'json') output.json(issued);
    else output.rows(commandColumns(say), [issued]);
    return exitCodes.ok;
  }
  note([piece(say('command.issued', { id: issued.id, action, nodes: order.nodes }), 'dim')]);
  const ended = await follow(session, issued);
  printCommand(session, ended);
  note([piece(summary(ended.targets, say), 'strong')]);
  return ended.targets.every(({ state }) => state === 'finished') ? exitCodes.ok : exitCodes.failure;
}

async function findAction({ api }: Session, name: string): Promise<Action> {
  const actions = await api.get<readonly Action[]>('actions');
  const found = actions.find((action) => action.name === name);
  if (found !== undefined) return found;
  const known = actions.map((action) => action.name).join(', ');
  throw new CliError(exitCodes.notFound, `action ${JSON.stringify(name)}: unknown`, `Known: ${known}.`);
}

/** A person types the number of nodes, so that nobody confirms a set that is larger than meant. */
async function confirm(
  { terminal, say }: Session,
  action: string,
  names: readonly string[],
): Promise<boolean> {
  if (!terminal.stdinTty) {
    throw new CliError(
      exitCodes.usage,
      `${action} changes nodes (${names.length}) and nobody can be asked`,
      'Add -y to go on without being asked.',
    );
  }
  const question = say('confirm', { action, count: names.length, nodes: foldNodeSet(names) });
  return (await terminal.ask(question)).trim() === String(names.length);
}
