// Questions over time and over nodes: tables of metrics, the newest samples, top lists, what processes used.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { LatestSample, MetricTable, ProcessUses, TopList } from '../../../shared/api/range.ts';
import {
  LatestParameters,
  ProcessesParameters,
  RangeParameters,
  TopParameters,
} from '../../../shared/api/range-query.ts';
import type { Clock } from '../../../shared/clock.ts';
import { answers, parameters } from '../answers.ts';
import { listJson, metricTableJson } from '../json-pieces.ts';
import { readLatestQuery, readProcessesQuery, readRangeQuery, readTopQuery } from '../range-parameters.ts';
import type { SightOf } from '../sight.ts';

const json = 'application/json; charset=utf-8';

export function addRangeRoutes(app: FastifyInstance, sightOf: SightOf, clock: Clock): void {
  app.get<{ Querystring: RangeParameters }>(
    '/range',
    {
      schema: {
        tags: ['metrics'],
        summary: 'Read several metrics of several nodes over time, or figures over all of them',
        querystring: parameters(RangeParameters.properties),
        response: answers(200, MetricTable, 'The times once, and a row of values for each series.'),
      },
    },
    async (request, reply) => {
      const { query } = sightOf(request);
      const table = await query.metricTable(await readRangeQuery(request.query, query, clock.now()));
      return reply.type(json).send(metricTableJson(table));
    },
  );

  app.get<{ Querystring: LatestParameters }>(
    '/latest',
    {
      schema: {
        tags: ['metrics'],
        summary: 'Read the newest sample of every series',
        querystring: parameters(LatestParameters.properties),
        response: answers(200, Type.Array(LatestSample), 'The newest samples.'),
      },
    },
    async (request, reply) => {
      const { query } = sightOf(request);
      const samples = await query.latest(await readLatestQuery(request.query, query));
      return reply.type(json).send(listJson(samples));
    },
  );

  app.get<{ Querystring: TopParameters }>(
    '/top',
    {
      schema: {
        tags: ['metrics'],
        summary: 'Find the nodes or series with the highest values of a metric, at a moment or over a range',
        querystring: parameters(TopParameters.properties),
        response: answers(200, TopList, 'The first ones, in order.'),
      },
    },
    async (request) => {
      const { query } = sightOf(request);
      return query.top(await readTopQuery(request.query, query, clock.now()));
    },
  );

  app.get<{ Querystring: ProcessesParameters }>(
    '/processes',
    {
      schema: {
        tags: ['processes'],
        summary: 'Show what processes used over a range, on one node or many',
        querystring: parameters(ProcessesParameters.properties),
        response: answers(200, ProcessUses, 'The busiest processes.'),
      },
    },
    async (request) => {
      const { query } = sightOf(request);
      return query.topProcesses(await readProcessesQuery(request.query, query, clock.now()));
    },
  );
}
