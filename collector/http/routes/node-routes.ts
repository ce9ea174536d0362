// Nodes: the list, one of them, and the map of all with their load.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { MapNode, Node, NodeDetail } from '../../../shared/api/node.ts';
import type { Clock } from '../../../shared/clock.ts';
import { answers, ByName, parameters } from '../answers.ts';
import { readMoment, unknownNode } from '../parameters.ts';
import type { SightOf } from '../sight.ts';

const tags = ['nodes'];

const at = Type.Optional(
  Type.String({
    maxLength: 64,
    description:
      'Moment: seconds, ISO 8601 or relative (-10m). Nodes of which nothing was measured then are left out. Default now.',
  }),
);

export function addNodeRoutes(app: FastifyInstance, sightOf: SightOf, clock: Clock): void {
  const list = answers(200, Type.Array(Node), 'All nodes that the asker may see.');
  app.get(
    '/nodes',
    { schema: { tags, summary: 'List the nodes', querystring: parameters({}), response: list } },
    (request) => sightOf(request).query.nodes(),
  );

  const one = answers(200, NodeDetail, 'The node.');
  app.get<{ Params: ByName }>(
    '/nodes/:name',
    {
      schema: {
        tags,
        summary: 'Show a node: load, inventory, gaps',
        params: ByName,
        querystring: parameters({}),
        response: one,
      },
    },
    async (request) => {
      const { params } = request;
      const node = await sightOf(request).query.node(params.name);
      if (node === null) throw unknownNode(params.name);
      return node;
    },
  );

  const map = answers(200, Type.Array(MapNode), 'All nodes with the figures that colour a map.');
  app.get<{ Querystring: { at?: string } }>(
    '/map',
    {
      schema: {
        tags,
        summary: 'Show the load of all nodes, now or at a past moment',
        querystring: parameters({ at }),
        response: map,
      },
    },
    (request) => {
      const { at } = request.query;
      const { query } = sightOf(request);
      return at === undefined ? query.map() : query.mapAt(readMoment('at', at, clock.now()));
    },
  );
}
