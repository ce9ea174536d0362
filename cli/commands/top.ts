// jidi top: the busiest processes of a node, now, at a past moment, or at every new snapshot.
import { type Command, Option } from 'commander';
import type { NodeDetail } from '../../shared/api/node.ts';
import type { Process, ProcessTable } from '../../shared/api/process.ts';
import { formatSeconds } from '../../shared/format.ts';
import { processTree, withAncestors } from '../../shared/process-tree.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import type { Say } from '../language/language.ts';
import { integerFrom, momentText } from '../option-values.ts';
import { showTime } from '../output/show-value.ts';
import { piece, type StyledLine } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import {
  type ProcessRow,
  type ProcessSorting,
  processColumns,
  processSortings,
} from '../views/process-view.ts';
import { delay } from '../wait.ts';
import { showTopRange } from './top-range.ts';

/** An older snapshot is not what goes on now. */
const freshIntervals = 3;
const freshSeconds = 10;

/** How often a new snapshot is looked for. */
const watchMs = 500;

interface TopOptions {
  readonly at?: string;
  readonly from?: string;
  readonly to?: string;
  readonly sort: ProcessSorting;
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
    .argument('<node>', say('help.arg.nodeOrSet'))
    .option('--at <time>', say('help.at'))
    .addOption(new Option('--from <time>', say('help.fromRange')).conflicts(['at', 'watch', 'tree']))
    .addOption(new Option('--to <time>', say('help.to')).conflicts(['at', 'watch', 'tree']))
    .addOption(
      new Option('--sort <what>', say('help.sort')).choices(Object.keys(processSortings)).default('cpu'),
    )
    .option('--limit <count>', say('help.limit'), integerFrom(1, 1000))
    .option('--job <id>', say('help.ofJob'))
    .option('--tree', say('help.tree'))
    .addOption(new Option('--watch', say('help.watch')).conflicts('at'))
    .action(async (node: string, options: TopOptions, command: Command) => {
      const session = context.session(command);
      context.end(await chooseTop(session, node, options));
    });
}

function chooseTop(session: Session, node: string, options: TopOptions): Promise<number> {
  const { from, to } = options;
  if (from !== undefined) return showTopRange(session, node, { ...options, from });
  if (to === undefined) return (options.watch ? watchTop : showTop)(session, node, options);
  throw new CliError(exitCodes.usage, '--to: without --from', 'Name the begin, too: --from -1h.');
}

async function showTop(session: Session, node: string, options: TopOptions): Promise<number> {
  const snapshot = await readSnapshot(session, node, options);
  if (snapshot.table.time === null) {
    const warnings = snapshot.warnings.map((text) => piece(`  ${text}`, 'warning'));
    session.note([piece(session.say('empty.processes'), 'dim'), ...warnings]);
  }
  printSnapshot(session, snapshot, options);
  return exitCodes.ok;
}

interface Snapshot {
  readonly table: ProcessTable;
  /** Why it is not what goes on now. */
  readonly warnings: readonly string[];
}

async function readSnapshot(session: Session, node: string, { at, job }: TopOptions): Promise<Snapshot> {
  const { api, output } = session;
  const moment = at === undefined ? undefined : momentText(at);
  const isNow = at === undefined && output.format !== 'json' && output.format !== 'csv';
  const [table, detail] = await Promise.all([
    api.get<ProcessTable>(apiPath`nodes/${node}/processes`, { at: moment, job }),
    isNow ? api.get<NodeDetail>(apiPath`nodes/${node}`) : null,
  ]);
  return { table, warnings: detail === null ? [] : warningsOf(session, table, detail) };
}

function warningsOf(
  { say, clock }: Session,
  { time }: ProcessTable,
  { interval, quiet }: NodeDetail,
): string[] {
  const age = time === null ? 0 : clock.now() / 1000 - time;
  const isOld = age > Math.max(freshIntervals * interval, freshSeconds);
  return [
    ...(isOld ? [say('top.old', { age: formatSeconds(age) })] : []),
    ...(quiet ? [say('top.quiet')] : []),
  ];
}

function printSnapshot(session: Session, { table, warnings }: Snapshot, options: TopOptions): void {
  const { output, say, note } = session;
  const { sort } = options;
  const rows = chooseRows(table.processes, options);
  if (output.format === 'json') return output.json(rows.map(({ process }) => process));
  if (output.format !== 'csv' && table.time !== null)
    note(headLine(say, table, { shown: rows.length, warnings }));
  if (rows.length === 0 && options.job !== undefined && table.time !== null)
    note([piece(say('top.noneOfJob', { job: options.job }), 'warning')]);
  const noGpu = sort === 'gpu' && table.processes.every(({ gpuMemoryBytes }) => gpuMemoryBytes === null);
  if (noGpu && table.processes.length > 0) note([piece(say('top.noGpu', { node: table.node }), 'warning')]);
  output.rows(processColumns(say, { sort, width: output.screen.columns }), rows);
}

/** In a tree, those above the busiest come on top of the limit: without them there is none. */
function chooseRows(processes: readonly Process[], { sort, limit, tree }: TopOptions): readonly ProcessRow[] {
  const busiest = processes.toSorted(
    (left, right) => processSortings[sort](right) - processSortings[sort](left),
  );
  const chosen = busiest.slice(0, limit);
  if (tree) return processTree(withAncestors(chosen, busiest));
  return chosen.map((process) => ({ process, lines: '' }));
}

interface HeadFacts extends Pick<Snapshot, 'warnings'> {
  readonly shown: number;
}

function headLine(say: Say, table: ProcessTable, { shown, warnings }: HeadFacts): StyledLine {
  const { node, processCount, zombieCount, uninterruptibleCount } = table;
  const head = say('top.head', { node, shown, count: processCount, time: showTime(table.time) });
  const counts = [
    ...warnings,
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
  let shown: string | null = null;
  while (!interrupted.signal.aborted) {
    const snapshot = await readSnapshot(session, node, options).catch(unlessUnreachable);
    // Also when the same snapshot becomes old; on a screen, second by second.
    const told = session.terminal.stdoutTty ? snapshot?.warnings : snapshot?.warnings.length;
    const key = JSON.stringify([snapshot?.table.time, told]);
    if (snapshot !== undefined && key !== shown) {
      if (session.terminal.stdoutTty && session.output.format !== 'json') session.output.raw('\x1b[H\x1b[2J');
      printSnapshot(session, snapshot, options);
      shown = key;
    }
    await delay(session, watchMs);
  }
  release();
  return exitCodes.ok;
}

function unlessUnreachable(error: unknown): undefined {
  if (!(error instanceof CliError) || error.exitCode !== exitCodes.unreachable) throw error;
}
