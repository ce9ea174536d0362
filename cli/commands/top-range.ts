// jidi top with --from: what the processes of a node or node set used over a range.
import type { ProcessUses } from '../../shared/api/range.ts';
import { commandLimits } from '../../shared/model/command.ts';
import { foldNodeSet } from '../../shared/nodeset.ts';
import { exitCodes } from '../exit-code.ts';
import { momentText, readNodeSet } from '../option-values.ts';
import { showTime } from '../output/show-value.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { gapLines } from '../views/metric-row-view.ts';
import { processUseColumns } from '../views/process-use-view.ts';

export interface TopRangeOptions {
  readonly from: string;
  readonly to?: string;
  readonly sort: string;
  readonly limit?: number;
  readonly job?: string;
}

export async function showTopRange(
  { api, output, say, note }: Session,
  nodes: string,
  { from, to = 'now', sort, limit, job }: TopRangeOptions,
): Promise<number> {
  const names = readNodeSet(nodes, commandLimits.nodes);
  const uses = await api.get<ProcessUses>('processes', {
    nodes: foldNodeSet(names),
    from: momentText(from),
    to: momentText(to),
    sort,
    limit,
    job,
  });
  if (output.format === 'json') {
    output.json(uses);
    return exitCodes.ok;
  }
  if (output.format !== 'csv') {
    const times = { from: showTime(uses.from), to: showTime(uses.to), snapshots: uses.snapshots };
    const counts = { shown: uses.processes.length, count: uses.count };
    const head = uses.count === 0 ? say('empty.processes') : say('topRange.head', { ...times, ...counts });
    note([piece(head, 'dim')]);
  }
  output.rows(processUseColumns(say, names.length === 1), uses.processes);
  if (output.format !== 'csv') note(...gapLines(say, uses.gaps ?? []));
  return exitCodes.ok;
}
