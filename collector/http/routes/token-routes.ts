// API tokens: the own ones; administrators also see and remove those of others.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { ApiToken, CreateApiToken, NewApiToken } from '../../../shared/api/people.ts';
import type { People } from '../../identity/people/people.ts';
import type { ListedToken } from '../../identity/people/token-orders.ts';
import { answers, answersNothing, ById, parameters } from '../answers.ts';

const tags = ['people'];
const dayMs = 86_400_000;
const all = Type.Optional(Type.Boolean({ description: 'Those of all accounts; needs identity:manage.' }));

export function addTokenRoutes(app: FastifyInstance, { tokens }: Pick<People, 'tokens'>): void {
  const list = answers(200, Type.Array(ApiToken), 'Tokens, without what they consist of.');
  app.get<{ Querystring: { all?: boolean } }>(
    '/tokens',
    { schema: { tags, summary: 'List API tokens', querystring: parameters({ all }), response: list } },
    async ({ principal, query }) => tokens.list(principal, query.all === true).map(tokenOf),
  );

  const created = answers(201, NewApiToken, 'The new token; its secret is shown this once.');
  app.post<{ Body: CreateApiToken }>(
    '/tokens',
    { schema: { tags, summary: 'Create an API token', body: CreateApiToken, response: created } },
    async ({ principal, actor, body: { name, permissions, days = 30, network = null } }, reply) => {
      const wish = { name, permissions, lifeMs: days * dayMs, network };
      const { token, secret } = await tokens.create(wish, principal, actor);
      return reply.code(201).send({ ...tokenOf(token), secret });
    },
  );

  const removed = answersNothing('The token is gone.');
  app.delete<{ Params: ById }>(
    '/tokens/:id',
    { schema: { tags, summary: 'Remove an API token', params: ById, response: removed } },
    async ({ principal, actor, params }, reply) => {
      await tokens.remove(params.id, principal, actor);
      return reply.code(204).send();
    },
  );
}

function tokenOf({
  id,
  name,
  owner,
  permissions,
  network,
  createdMs,
  expiresMs,
  usedMs,
}: ListedToken): ApiToken {
  return {
    id,
    name,
    owner,
    permissions: [...permissions],
    network,
    created: createdMs / 1000,
    expires: expiresMs / 1000,
    lastUsed: usedMs === null ? null : usedMs / 1000,
  };
}
