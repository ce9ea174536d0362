// Metrics: of one node, of many nodes, and what a node has.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { MetricInfo, MetricQuery, MetricSeries } from '../../../shared/api/metric.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { MetricRange } from '../../query/query.ts';
import { answers, ByName, parameters } from '../answers.ts';
import { readMatch, readNodes, readRange, requireNodes, unknownNode } from '../parameters.ts';
import type { SightOf } from '../sight.ts';

const tags = ['metrics'];
const OfNode = parameters(MetricQuery.properties);
const nodes = Type.String({ minLength: 1, maxLength: 8192, description: 'Node set, e.g. n[001-100].' });
const OfNodes = parameters({ ...MetricQuery.properties, nodes });

export function addMetricRoutes(app: FastifyInstance, sightOf: SightOf, clock: Clock): void {
  const series = answers(200, Type.Array(MetricSeries), 'Series over the range; null is a gap.');
  app.get<{ Params: ByName; Querystring: MetricQuery }>(
    '/nodes/:name/metrics',
    {
      schema: {
        tags,
        summary: 'Read a metric of a node',
        params: ByName,
        querystring: OfNode,
        response: series,
      },
    },
    async (request) => {
      const { name } = request.params;
      const { query } = sightOf(request);
      await requireNodes([name], query);
      return query.metricRange(rangeOf([name], request.query, clock));
    },
  );

  const labels = Type.Optional(
    Type.Boolean({ description: 'false: without the label sets, which may be many.' }),
  );
  const infos = answers(200, Type.Array(MetricInfo), 'Metrics that the node has, with their label sets.');
  app.get<{ Params: ByName; Querystring: { labels?: boolean } }>(
    '/nodes/:name/metrics/names',
    {
      schema: {
        tags,
        summary: 'List the metrics of a node',
        params: ByName,
        querystring: parameters({ labels }),
        response: infos,
      },
    },
    async (request) => {
      const { params } = request;
      const { labels } = request.query;
      const found = await sightOf(request).query.metrics(params.name);
      if (found === null) throw unknownNode(params.name);
      return labels === false ? found.map((info) => ({ ...info, series: [] })) : found;
    },
  );

  app.get<{ Querystring: MetricQuery & { nodes: string } }>(
    '/metrics',
    { schema: { tags, summary: 'Read a metric of many nodes', querystring: OfNodes, response: series } },
    async (request) => {
      const { query } = sightOf(request);
      const nodes = await readNodes(request.query.nodes, query);
      return query.metricRange(rangeOf(nodes, request.query, clock));
    },
  );
}

function rangeOf(nodes: readonly string[], query: MetricQuery, clock: Clock): MetricRange {
  const { metric, rate = false, match } = query;
  return { nodes, metric, rate, match: readMatch(match), ...readRange(query, clock.now()) };
}
