// jidi top: the busiest processes of a node, now, at a past moment, or at every new snapshot.
import { type Command, Option } from 'commander';
import type { Process, ProcessTable } from '../../shared/api/process.ts';
import { processTree, withAncestors } from '../../shared/process-tree.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import type { Say } from '../language/language.ts';
import { integerFrom, momentText } from '../option-values.ts';
import { showTime } from '../output/show-value.ts';
import { piece, type StyledLine } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { type ProcessRow, processColumns } from '../views/process-view.ts';
import { delay } from '../wait.ts';

const sortings = {
  cpu: ({ cpuRatio }: Process) => cpuRatio,
  memory: ({ residentBytes }: Process) => residentBytes,
  io: ({ readBytesPerSecond, writeBytesPerSecond }: Process) =>
    (readBytesPerSecond ?? 0) + (writeBytesPerSecond ?? 0),
  gpu: ({ gpuMemoryBytes }: Process) => gpuMemoryBytes ?? -1,
} as const;

/** How often a new snapshot is looked for. */
const watchMs = 500;

interface TopOptions {
  readonly at?: string;
  readonly sort: keyof typeof sortings;
  readonly limit?: number;
  readonly job?: string;
  readonly tree?: true;
  readonly watch?: true;
}

export function addTop(parent: Command, context: CommandContext): void {
  const { say } = context;
  parent
    .command('top')
    .description(say('help.top'))
    .argument('<node>', say('help.arg.node'))
    .option('--at <time>', say('help.at'))
    .addOption(new Option('--sort <what>', say('help.sort')).choices(Object.keys(sortings)).default('cpu'))
    .option('--limit <count>', say('help.limit'), integerFrom(1, 1000))
    .option('--job <id>', say('help.ofJob'))
    .option('--tree', say('help.tree'))
    .addOption(new Option('--watch', say('help.watch')).conflicts('at'))
    .action(async (node: string, options: TopOptions, command: Command) => {
      const session = context.session(command);
      context.end(await (options.watch ? watchTop(session, node, options) : showTop(session, node, options)));
    });
}

async function showTop(session: Session, node: string, options: TopOptions): Promise<number> {
  const table = await readTable(session, node, options);
  if (table.time === null) session.note([piece(session.say('empty.processes'), 'dim')]);
  printTable(session, table, options);
  return exitCodes.ok;
}

function readTable({ api }: Session, node: string, { at, job }: TopOptions): Promise<ProcessTable> {
  const moment = at === undefined ? undefined : momentText(at);
  return api.get<ProcessTable>(apiPath`nodes/${node}/processes`, { at: moment, job });
}

function printTable({ output, say, note }: Session, table: ProcessTable, options: TopOptions): void {
  const rows = chooseRows(table.processes, options);
  if (output.format === 'json') return output.json(rows.map(({ process }) => process));
  if (output.format !== 'csv' && table.time !== null) note(headLine(say, table, rows.length));
  output.rows(processColumns(say), rows);
}

/** In a tree, those above the busiest come on top of the limit: without them there is none. */
function chooseRows(processes: readonly Process[], { sort, limit, tree }: TopOptions): readonly ProcessRow[] {
  const busiest = processes.toSorted((left, right) => sortings[sort](right) - sortings[sort](left));
  const chosen = busiest.slice(0, limit);
  if (tree) return processTree(withAncestors(chosen, busiest));
  return chosen.map((process) => ({ process, lines: '' }));
}

function headLine(say: Say, table: ProcessTable, shown: number): StyledLine {
  const { node, processCount, zombieCount, uninterruptibleCount } = table;
  const head = say('top.head', { node, shown, count: processCount, time: showTime(table.time) });
  const counts = [
    ...(zombieCount ? [say('top.zombies', { count: zombieCount })] : []),
    ...(uninterruptibleCount ? [say('top.uninterruptible', { count: uninterruptibleCount })] : []),
  ];
  return [piece(head, 'dim'), ...counts.map((text) => piece(`  ${text}`, 'warning'))];
}

/** Runs until an interrupt. A collector that does not answer for a while is waited for. */
async function watchTop(session: Session, node: string, options: TopOptions): Promise<number> {
  const interrupted = new AbortController();
  const release = session.interrupts.once(() => {
    interrupted.abort();
  });
  let shown: number | null = null;
  while (!interrupted.signal.aborted) {
    const table = await readTable(session, node, options).catch(unlessUnreachable);
    if (table !== undefined && table.time !== shown) {
      if (session.terminal.stdoutTty && session.output.format !== 'json') session.output.raw('\x1b[H\x1b[2J');
      printTable(session, table, options);
      shown = table.time;
    }
    await delay(session, watchMs);
  }
  release();
  return exitCodes.ok;
}

function unlessUnreachable(error: unknown): undefined {
  if (!(error instanceof CliError) || error.exitCode !== exitCodes.unreachable) throw error;
}
