// Views of a profile: its stacks, chosen and shaped.
import type { FastifyInstance } from 'fastify';
import { ProfileStacks, StackChoice } from '../../../shared/api/profile-view.ts';
import type { Query } from '../../query/query.ts';
import { answers, ById, parameters } from '../answers.ts';

export type ProfileViewQuery = Pick<Query, 'profileStacks'>;

const tags = ['profiles'];

export function addProfileViewRoutes(app: FastifyInstance, query: ProfileViewQuery): void {
  app.get<{ Params: ById; Querystring: StackChoice }>(
    '/profiles/:id/stacks',
    {
      schema: {
        tags,
        summary: 'Read the stacks of a profile, of all samples or of some of them',
        params: ById,
        querystring: parameters(StackChoice.properties),
        response: answers(200, ProfileStacks, 'Functions and branches in columns.'),
      },
    },
    ({ params, query: choice }) => query.profileStacks(params.id, choice),
  );
}
