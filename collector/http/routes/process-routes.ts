// Processes of a node, now or at a past moment.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { ProcessTable } from '../../../shared/api/process.ts';
import type { Clock } from '../../../shared/clock.ts';
import { answers, ByName, parameters } from '../answers.ts';
import { readMoment, unknownNode } from '../parameters.ts';
import type { SightOf } from '../sight.ts';

const at = Type.Optional(
  Type.String({ maxLength: 64, description: 'Moment: seconds, ISO 8601 or relative (-10m). Default now.' }),
);

const job = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 256,
    description: 'Only the processes of this job, as the scheduler writes it. The counts are still of all.',
  }),
);

export function addProcessRoutes(app: FastifyInstance, sightOf: SightOf, clock: Clock): void {
  app.get<{ Params: ByName; Querystring: { at?: string; job?: string } }>(
    '/nodes/:name/processes',
    {
      schema: {
        tags: ['processes'],
        summary: 'Show the busiest processes of a node at a moment',
        params: ByName,
        querystring: parameters({ at, job }),
        response: answers(200, ProcessTable, 'The snapshot nearest before the moment.'),
      },
    },
    async (request) => {
      const { params } = request;
      const { at, job } = request.query;
      const { query } = sightOf(request);
      const atMs = at === undefined ? null : readMoment('at', at, clock.now());
      const table = await query.processes(params.name, job === undefined ? { atMs } : { atMs, job });
      if (table === null) throw unknownNode(params.name);
      return table;
    },
  );
}
