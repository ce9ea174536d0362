// Views of a profile: its functions; its stacks, chosen and shaped; what differs; its course in time; its spread over threads
// and nodes; files for other programs.
import type { FastifyInstance } from 'fastify';
import { type TObject, Type } from 'typebox';
import { type ExportFormat, exportFormats, ProfileDetail } from '../../../shared/api/profile.ts';
import {
  DifferenceParameters,
  ProfileDifference,
  ProfileSpread,
  ProfileStacks,
  ProfileTimeline,
  SpreadParameters,
  StackChoice,
  stackViewLimits,
  TimelineParameters,
} from '../../../shared/api/profile-view.ts';
import { answers, answersText, ById, parameters } from '../answers.ts';
import { bufferOf, sendJson } from '../send-bytes.ts';
import type { SightOf } from '../sight.ts';

export function addProfileViewRoutes(app: FastifyInstance, sightOf: SightOf): void {
  app.get<{ Params: ById }>(
    '/profiles/:id/functions',
    {
      schema: schemaOf(
        'Show a profile with its functions, as callers and as a call tree',
        Type.Object({}),
        answers(200, ProfileDetail, 'The profile with its functions in both directions.'),
      ),
    },
    async (request, reply) =>
      sendJson(reply, await sightOf(request).query.profileView({ view: 'functions', ...request.params })),
  );

  app.get<{ Params: ById; Querystring: StackChoice }>(
    '/profiles/:id/stacks',
    {
      schema: schemaOf(
        'Read the stacks of a profile, of all samples or of some of them',
        StackChoice,
        answers(200, ProfileStacks, 'Functions and branches in columns.'),
      ),
    },
    async (request, reply) => {
      const { params, query: asked } = request;
      return sendJson(reply, await sightOf(request).query.profileView({ view: 'stacks', ...params, asked }));
    },
  );

  app.get<{ Params: ById; Querystring: DifferenceParameters }>(
    '/profiles/:id/difference',
    {
      schema: schemaOf(
        'Compare a profile with another one, or some of its samples with others',
        DifferenceParameters,
        answers(200, ProfileDifference, 'Functions and branches of both in columns.'),
      ),
    },
    async (request, reply) => {
      const { params, query: asked } = request;
      return sendJson(
        reply,
        await sightOf(request).query.profileView({ view: 'difference', ...params, asked }),
      );
    },
  );
  addCourseAndSpread(app, sightOf);
  addExport(app, sightOf);
}

function addCourseAndSpread(app: FastifyInstance, sightOf: SightOf): void {
  app.get<{ Params: ById; Querystring: TimelineParameters }>(
    '/profiles/:id/timeline',
    {
      schema: schemaOf(
        'Show when a profile, or a function of it, was sampled',
        TimelineParameters,
        answers(200, ProfileTimeline, 'Weights, step by step.'),
      ),
    },
    async (request, reply) => {
      const { params, query: asked } = request;
      return sendJson(
        reply,
        await sightOf(request).query.profileView({ view: 'timeline', ...params, asked }),
      );
    },
  );

  app.get<{ Params: ById; Querystring: SpreadParameters }>(
    '/profiles/:id/spread',
    {
      schema: schemaOf(
        'Show what each thread, process or node has of a profile, or of a function of it',
        SpreadParameters,
        answers(200, ProfileSpread, 'Rows, the heaviest first.'),
      ),
    },
    async (request, reply) => {
      const { params, query: asked } = request;
      return sendJson(reply, await sightOf(request).query.profileView({ view: 'spread', ...params, asked }));
    },
  );
}

const format = Type.Unsafe<ExportFormat>(
  Type.Union(
    exportFormats.map((name) => Type.Literal(name)),
    { description: 'File format.' },
  ),
);

/** A file has all of them unless fewer are asked for. */
const { min: minimum, max: maximum } = stackViewLimits.branches;
const branches = Type.Optional(
  Type.Integer({
    minimum,
    maximum,
    description: 'Branches; the lightest are cut off and counted as [rest]. Absent: all.',
  }),
);

function addExport(app: FastifyInstance, sightOf: SightOf): void {
  const types = ['text/plain', 'application/gzip', 'application/json', 'image/svg+xml'];
  app.get<{ Params: ById; Querystring: StackChoice & { format: ExportFormat } }>(
    '/profiles/:id/export',
    {
      schema: schemaOf(
        'Export the stacks of a profile, all or some of them, for other programs',
        Type.Object({ format, ...StackChoice.properties, most: branches }),
        answersText(types, 'The file.'),
      ),
    },
    async (request, reply) => {
      const { format: wanted, ...asked } = request.query;
      const file = await sightOf(request).query.exportProfile({ ...request.params, format: wanted, asked });
      // A picture styles itself; nothing else may run or load, wherever it is opened.
      reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
      reply.header('content-disposition', `attachment; filename="${file.fileName}"`);
      return reply
        .type(file.contentType)
        .send(typeof file.body === 'string' ? file.body : bufferOf(file.body));
    },
  );
}

function schemaOf(summary: string, asked: TObject, response: Record<string, unknown>) {
  return {
    tags: ['profiles'],
    summary,
    params: ById,
    querystring: parameters(asked.properties),
    response,
  };
}
