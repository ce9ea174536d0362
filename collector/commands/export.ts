// jidi-collector export: raw samples of nodes and a range as CSV or NDJSON on stdout; a collector may be running meanwhile.
import { type Command, Option } from 'commander';
import { parseMoment } from '../../shared/duration.ts';
import { errorMessage, StartError } from '../../shared/errors.ts';
import { expandNodeSet } from '../../shared/nodeset.ts';
import { type ExportFormat, exportFormats, exportSamples } from '../store/upkeep/export-samples.ts';
import { type OpenedFolder, readStoreFolder } from '../store/upkeep/read-store.ts';
import type { CommandContext } from './command-context.ts';

const maxNodes = 5_000;

interface Flags {
  readonly nodes?: string;
  readonly metrics?: string;
  readonly from: string;
  readonly to: string;
  readonly format: ExportFormat;
}

export function addExport(program: Command, context: CommandContext): void {
  const { say } = context;
  program
    .command('export')
    .description(
      say([
        'write raw samples to stdout; the collector may be running',
        '把原始样本写到标准输出；收集器可以正在运行',
      ]),
    )
    .option(
      '--nodes <set>',
      say(["node set, e.g. 'n[001-016]'; all when left out", '节点集，如 n[001-016]；省略时为全部']),
    )
    .option(
      '--metrics <names>',
      say(['names of metrics, with commas; all when left out', '指标名，用逗号分隔；省略时为全部']),
    )
    .option(
      '--from <time>',
      say([
        'seconds since 1970, ISO 8601, or how long ago: -2h',
        '1970 年以来的秒数、ISO 8601，或多久以前：-2h',
      ]),
      '-1h',
    )
    .option('--to <time>', say(['in the same way', '同上']), 'now')
    .addOption(
      new Option('--format <format>', say(['csv or ndjson', 'csv 或 ndjson']))
        .choices(exportFormats)
        .default('csv'),
    )
    .action(async (flags: Flags) => {
      const nowMs = Date.now();
      const fromMs = moment('--from', flags.from, nowMs);
      const toMs = moment('--to', flags.to, nowMs);
      if (fromMs > toMs) {
        throw new StartError(
          `--from ${flags.from} lies after --to ${flags.to}`,
          'Let the begin lie before the end.',
        );
      }
      const store = await readStoreFolder(context.config().dataDir, (file, error) =>
        context.warn(`${file}: ${errorMessage(error)}`),
      );
      try {
        const nodes = flags.nodes === undefined ? store.nodes : nodesOf(flags.nodes);
        const metrics = flags.metrics?.split(',').filter((name) => name !== '') ?? [];
        warnOfUnknown(store, { nodes, metrics }, context);
        for await (const text of exportSamples(store, { nodes, metrics, fromMs, toMs, format: flags.format }))
          await context.pour(text);
      } finally {
        store.close();
      }
    });
}

/** What nothing is known of gives no line: a script must not take that for silence of the node. */
function warnOfUnknown(
  store: OpenedFolder,
  { nodes, metrics }: { readonly nodes: readonly string[]; readonly metrics: readonly string[] },
  context: CommandContext,
): void {
  const known = new Set(store.nodes);
  for (const node of nodes) {
    if (!known.has(node))
      context.warn(context.say(['{node}: no samples in the store', '{node}：存储中没有样本'], { node }));
  }
  if (metrics.length === 0) return;
  const found = new Set(nodes.flatMap((node) => store.series(node).map(({ metric }) => metric)));
  for (const metric of metrics) {
    if (!found.has(metric)) {
      context.warn(
        context.say(['{metric}: no node has this metric', '{metric}：没有节点有此指标'], { metric }),
      );
    }
  }
}

function moment(flag: string, text: string, nowMs: number): number {
  const timeMs = parseMoment(text, nowMs);
  if (timeMs !== undefined) return timeMs;
  throw new StartError(
    `${flag} ${text}: this is no time`,
    'Allowed: now, -2h, 1800000000 or 2026-11-21T14:00:00Z.',
  );
}

function nodesOf(text: string): readonly string[] {
  try {
    return expandNodeSet(text, maxNodes);
  } catch (error) {
    throw new StartError(errorMessage(error), "Example: --nodes 'n[001-016],login1'.", { cause: error });
  }
}
