// Views of a profile: its stacks, chosen and shaped; what differs; its course in time; its spread over threads and nodes.
import type { FastifyInstance } from 'fastify';
import type { TObject } from 'typebox';
import {
  DifferenceParameters,
  ProfileDifference,
  ProfileSpread,
  ProfileStacks,
  ProfileTimeline,
  SpreadParameters,
  StackChoice,
  TimelineParameters,
} from '../../../shared/api/profile-view.ts';
import type { Query } from '../../query/query.ts';
import { answers, ById, parameters } from '../answers.ts';

export type ProfileViewQuery = Pick<
  Query,
  'profileStacks' | 'profileDifference' | 'profileTimeline' | 'profileSpread'
>;

export function addProfileViewRoutes(app: FastifyInstance, query: ProfileViewQuery): void {
  app.get<{ Params: ById; Querystring: StackChoice }>(
    '/profiles/:id/stacks',
    {
      schema: schemaOf(
        'Read the stacks of a profile, of all samples or of some of them',
        StackChoice,
        answers(200, ProfileStacks, 'Functions and branches in columns.'),
      ),
    },
    ({ params, query: asked }) => query.profileStacks(params.id, asked),
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
    ({ params, query: asked }) => query.profileDifference(params.id, asked),
  );

  app.get<{ Params: ById; Querystring: TimelineParameters }>(
    '/profiles/:id/timeline',
    {
      schema: schemaOf(
        'Show when a profile, or a function of it, was sampled',
        TimelineParameters,
        answers(200, ProfileTimeline, 'Weights, step by step.'),
      ),
    },
    ({ params, query: asked }) => query.profileTimeline(params.id, asked),
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
    ({ params, query: asked }) => query.profileSpread(params.id, asked),
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
