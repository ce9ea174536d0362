// In: times, steps, node sets and label filters as people write them in an address. Out: what the query layer takes.
// It refuses what it cannot read with a problem that names the parameter and shows how to write it.
import type { ListQuery } from '../../shared/api/list.ts';
import { parseDuration, parseMoment } from '../../shared/duration.ts';
import { commandLimits } from '../../shared/model/command.ts';
import type { Labels } from '../../shared/model/metric.ts';
import { expandNodeSet } from '../../shared/nodeset.ts';
import type { ListFilter, Query } from '../query/query.ts';
import { HttpProblem } from './problems.ts';

export function readMoment(name: string, text: string, nowMs: number): number {
  const moment = parseMoment(text, nowMs);
  if (moment !== undefined) return moment;
  throw badParameter(name, 'not a time', 'Write seconds since the Unix epoch, ISO 8601, now or -10m.');
}

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number | null;
}

/** The last ten minutes unless told otherwise. */
export function readRange(
  query: { readonly from?: string; readonly to?: string; readonly step?: string },
  nowMs: number,
): TimeRange {
  const fromMs = readMoment('from', query.from ?? '-10m', nowMs);
  const toMs = readMoment('to', query.to ?? 'now', nowMs);
  if (fromMs >= toMs) throw badParameter('from', 'not before the end', 'Let the begin lie before the end.');
  if (query.step === undefined) return { fromMs, toMs, stepMs: null };
  const stepMs = parseDuration(query.step);
  if (stepMs === undefined || stepMs < 1000) {
    throw badParameter('step', 'not a step', 'Write a duration of at least one second, e.g. 10s or 1m.');
  }
  return { fromMs, toMs, stepMs };
}

/** 'cpu=0,mode=idle' → labels. */
export function readMatch(text: string | undefined, parameter = 'match'): Labels {
  if (text === undefined || text === '') return {};
  const pairs = text.split(',').map((pair) => {
    const [, name, value] = /^([a-zA-Z_][a-zA-Z0-9_]*)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined) {
      throw badParameter(parameter, 'not a list of labels', 'Write name=value, separated by commas.');
    }
    return [name, value] as const;
  });
  return Object.fromEntries(pairs);
}

export function listFilter({ limit = 100, before }: ListQuery): ListFilter {
  return before === undefined ? { limit } : { limit, beforeMs: before * 1000 };
}

export type NodeNames = Pick<Query, 'unknownNodes'>;

/** The names of a node set, at least one, all of them known. */
export async function readNodes(text: string, query: NodeNames): Promise<readonly string[]> {
  const names = expandNodeSet(text, commandLimits.nodes);
  if (names.length === 0) throw badParameter('nodes', 'empty', 'Name at least one node, e.g. n[001-100].');
  await requireNodes(names, query);
  return names;
}

export async function requireNodes(names: readonly string[], query: NodeNames): Promise<void> {
  const strange = await query.unknownNodes(names);
  const [first] = strange;
  if (first === undefined) return;
  const more = strange.length === 1 ? '' : ` and ${strange.length - 1} more`;
  throw unknownNode(`${first}${more}`);
}

export function unknownNode(name: string): HttpProblem {
  const remedy = 'List the nodes: jidi node ls, or GET /api/v1/nodes.';
  return new HttpProblem(404, 'unknown-node', `node ${name}: unknown`, remedy);
}

export function badParameter(name: string, what: string, remedy: string): HttpProblem {
  return new HttpProblem(400, 'bad-parameter', `query parameter ${name}: ${what}`, remedy);
}
