// In: metrics with labels and ways to combine, as people write them in an address. Out: what the query layer takes.
// It refuses what it cannot read with a problem that shows how to write it.
import type {
  LatestParameters,
  ProcessesParameters,
  RangeParameters,
  TopParameters,
} from '../../shared/api/range-query.ts';
import { parseAcross } from '../query/across.ts';
import type { Query } from '../query/query.ts';
import {
  type Across,
  type LatestQuery,
  type MetricSelector,
  type RangeQuery,
  rangeLimits,
  type TopProcessesQuery,
  type TopQuery,
} from '../query/range.ts';
import { badParameter, type NodeNames, readMatch, readMoment, readNodes, readRange } from './parameters.ts';

type NodeLists = NodeNames & Pick<Query, 'nodes'>;

export async function readRangeQuery(
  asked: RangeParameters,
  query: NodeNames,
  nowMs: number,
): Promise<RangeQuery> {
  const { aggregate = 'avg', bands = null, within, across, by } = asked;
  return {
    nodes: await readNodes(asked.nodes, query),
    selectors: readSelectors('metrics', asked.metrics),
    ...readRange(asked, nowMs),
    aggregate,
    bands,
    within: within === undefined ? null : readAcross('within', within),
    across:
      across === undefined
        ? []
        : listOf('across', across, rangeLimits.across).map((one) => readAcross('across', one)),
    by: by === undefined ? null : listOf('by', by, rangeLimits.by),
  };
}

export async function readLatestQuery(asked: LatestParameters, query: NodeLists): Promise<LatestQuery> {
  return {
    nodes: await nodesOrAll(asked.nodes, query),
    selectors: asked.metrics === undefined ? null : readSelectors('metrics', asked.metrics),
  };
}

export async function readTopQuery(asked: TopParameters, query: NodeLists, nowMs: number): Promise<TopQuery> {
  const { aggregate = 'avg', of = 'nodes', within, order = 'highest', limit = 10 } = asked;
  const [selector, ...others] = readSelectors('metric', asked.metric);
  if (selector === undefined || others.length > 0) {
    throw badParameter('metric', 'not one metric', 'Name one metric.');
  }
  return {
    nodes: await nodesOrAll(asked.nodes, query),
    selector,
    when: readWhen(asked, nowMs),
    aggregate,
    of,
    within: within === undefined ? null : readAcross('within', within),
    order,
    limit,
  };
}

export async function readProcessesQuery(
  asked: ProcessesParameters,
  query: NodeNames,
  nowMs: number,
): Promise<TopProcessesQuery> {
  const { job, sort = 'cpu', limit = 20 } = asked;
  const { fromMs, toMs } = readRange(asked, nowMs);
  const nodes = await readNodes(asked.nodes, query);
  return { nodes, fromMs, toMs, sort, limit, ...(job === undefined ? {} : { job }) };
}

const selectorPattern = /([a-zA-Z_:][a-zA-Z0-9_:]{0,127})(?:\{([^{}]*)\})?(?:,|$)/y;

/** 'node_load1,node_cpu_seconds_total{mode=idle}' → metrics and labels. */
export function readSelectors(name: string, text: string): readonly MetricSelector[] {
  const selectors: MetricSelector[] = [];
  for (let at = 0; at < text.length; ) {
    selectorPattern.lastIndex = at;
    const [whole, metric, labels] = selectorPattern.exec(text) ?? [];
    if (whole === undefined || metric === undefined) {
      throw badParameter(
        name,
        'not a list of metrics',
        'Write node_load1,node_cpu_seconds_total{mode=idle}.',
      );
    }
    selectors.push({ metric, match: readMatch(withoutQuotes(labels), name) });
    at += whole.length;
  }
  if (selectors.length <= rangeLimits.selectors) return selectors;
  throw badParameter(name, `${selectors.length} metrics`, `Name at most ${rangeLimits.selectors} at once.`);
}

/** As in PromQL, values may stand in quotes. */
function withoutQuotes(labels: string | undefined): string | undefined {
  return labels?.replaceAll(/="([^"]*)"/g, '=$1');
}

function readAcross(name: string, text: string): Across {
  const across = parseAcross(text);
  if (across !== undefined) return across;
  throw badParameter(name, 'not a way to combine', 'Write sum, avg, min, max, count or a percentile as p99.');
}

function listOf(name: string, text: string, limit: number): readonly string[] {
  const items = [...new Set(text.split(',').filter((item) => item !== ''))];
  if (items.length <= limit) return items;
  throw badParameter(name, `${items.length} entries`, `Name at most ${limit}.`);
}

async function nodesOrAll(text: string | undefined, query: NodeLists): Promise<readonly string[]> {
  return text === undefined ? (await query.nodes()).map(({ name }) => name) : readNodes(text, query);
}

function readWhen({ at, from, to }: TopParameters, nowMs: number): TopQuery['when'] {
  if (at !== undefined && (from !== undefined || to !== undefined)) {
    throw badParameter('at', 'together with from or to', 'Name a moment or a range.');
  }
  if (at !== undefined) return readMoment('at', at, nowMs);
  if (from === undefined && to === undefined) return null;
  const { fromMs, toMs } = readRange(
    { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
    nowMs,
  );
  return { fromMs, toMs };
}
