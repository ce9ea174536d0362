// How nodes come in: tokens, requests that wait for a person, certificates.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import {
  CreatedNodeTokens,
  CreateNodeTokens,
  DecideNodeRequest,
  mostTokensAtOnce,
  NodeCertificate,
  NodeRequest,
  NodeToken,
  RemoveNodeTokens,
  tokenLifeSeconds,
} from '../../../shared/api/node-identity.ts';
import { expandNodeSet } from '../../../shared/nodeset.ts';
import type { NodeIdentities } from '../../identity/nodes/node-identities.ts';
import type { EnrolledNode, NodeToken as KeptToken } from '../../identity/nodes/node-records.ts';
import type { NodeRequest as WaitingRequest } from '../../identity/nodes/request-queue.ts';
import { answers, answersNothing, ByName, parameters } from '../answers.ts';

export type NodeIdentityDoor = Pick<
  NodeIdentities,
  | 'authorityHash'
  | 'createTokens'
  | 'tokens'
  | 'removeTokens'
  | 'requests'
  | 'approve'
  | 'reject'
  | 'certificates'
  | 'revoke'
>;

export interface NodeIdentityRouteDeps {
  readonly identities: NodeIdentityDoor;
  readonly clock: { now(): number };
}

const tags = ['node identities'];
const none = parameters({});

export function addNodeIdentityRoutes(app: FastifyInstance, deps: NodeIdentityRouteDeps): void {
  addTokenRoutes(app, deps);
  addRequestRoutes(app, deps);
  addCertificateRoutes(app, deps);
}

function addTokenRoutes(app: FastifyInstance, { identities }: NodeIdentityRouteDeps): void {
  const created = answers(201, CreatedNodeTokens, 'The tokens: shown this once, each is good once.');
  app.post<{ Body: CreateNodeTokens }>(
    '/node-tokens',
    { schema: { tags, summary: 'Create a token for each node', body: CreateNodeTokens, response: created } },
    async ({ body, actor }, reply) => {
      const { seconds = tokenLifeSeconds.default, replace: replaces = false } = body;
      const nodes = expandNodeSet(body.nodes, mostTokensAtOnce);
      const tokens = await identities.createTokens({
        nodes,
        lifeMs: seconds * 1000,
        replaces,
        creator: actor,
      });
      const answer: CreatedNodeTokens = {
        tokens: tokens.map(({ node, token }) => ({ node, token })),
        expires: (tokens[0]?.expiresMs ?? 0) / 1000,
        authority: identities.authorityHash,
      };
      return reply.code(201).send(answer);
    },
  );

  const list = answers(200, Type.Array(NodeToken), 'Open tokens, by node.');
  app.get(
    '/node-tokens',
    { schema: { tags, summary: 'List the open tokens', querystring: none, response: list } },
    async () => identities.tokens().map(tokenOf),
  );

  const removed = answersNothing('They let nobody in any more.');
  app.post<{ Body: RemoveNodeTokens }>(
    '/node-tokens/remove',
    { schema: { tags, summary: 'Take tokens back', body: RemoveNodeTokens, response: removed } },
    async ({ body, actor }, reply) => {
      await identities.removeTokens(expandNodeSet(body.nodes, mostTokensAtOnce), actor);
      return reply.code(204).send();
    },
  );
}

function addRequestRoutes(app: FastifyInstance, { identities }: NodeIdentityRouteDeps): void {
  const list = answers(200, Type.Array(NodeRequest), 'What waits for a person, oldest first.');
  app.get(
    '/node-requests',
    { schema: { tags, summary: 'List the nodes that wait', querystring: none, response: list } },
    async () => identities.requests().map(requestOf),
  );

  const body = DecideNodeRequest;
  const approved = answersNothing('The node gets its certificate when it asks again, within seconds.');
  app.post<{ Params: ByName; Body: DecideNodeRequest }>(
    '/node-requests/:name/approve',
    { schema: { tags, summary: 'Let a node in', params: ByName, body, response: approved } },
    async ({ params, body: { fingerprint }, actor }, reply) => {
      await identities.approve({ node: params.name, fingerprint }, actor);
      return reply.code(204).send();
    },
  );

  const rejected = answersNothing('The key is refused.');
  app.post<{ Params: ByName; Body: DecideNodeRequest }>(
    '/node-requests/:name/reject',
    { schema: { tags, summary: 'Refuse a node', params: ByName, body, response: rejected } },
    async ({ params, body: { fingerprint }, actor }, reply) => {
      await identities.reject({ node: params.name, fingerprint }, actor);
      return reply.code(204).send();
    },
  );
}

function addCertificateRoutes(app: FastifyInstance, { identities, clock }: NodeIdentityRouteDeps): void {
  const list = answers(200, Type.Array(NodeCertificate), 'Certificates of nodes, by node.');
  app.get(
    '/node-certificates',
    { schema: { tags, summary: 'List the certificates', querystring: none, response: list } },
    async () => identities.certificates().map((node) => certificateOf(node, clock.now())),
  );

  const revoked = answers(200, NodeCertificate, 'The certificate; streams of the node end within 5 s.');
  app.post<{ Params: ByName }>(
    '/node-certificates/:name/revoke',
    { schema: { tags, summary: 'Put a node out', params: ByName, response: revoked } },
    async ({ params, actor }) => certificateOf(await identities.revoke(params.name, actor), clock.now()),
  );
}

function tokenOf({ node, creator, createdMs, expiresMs, replaces }: KeptToken): NodeToken {
  return { node, creator, created: createdMs / 1000, expires: expiresMs / 1000, replace: replaces };
}

function requestOf({ firstMs, lastMs, ...request }: WaitingRequest): NodeRequest {
  return { ...request, asked: firstMs / 1000, lastAsked: lastMs / 1000 };
}

function certificateOf(known: EnrolledNode, nowMs: number): NodeCertificate {
  const { node, epoch, fingerprint, enrolledMs, expiresMs, revokedMs } = known;
  const whole = expiresMs > nowMs ? 'valid' : 'expired';
  return {
    node,
    epoch,
    fingerprint,
    state: revokedMs === null ? whole : 'revoked',
    enrolled: enrolledMs / 1000,
    expires: expiresMs / 1000,
    revoked: revokedMs === null ? null : revokedMs / 1000,
  };
}
