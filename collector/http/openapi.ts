// In: the schemas of the routes. Out: their OpenAPI 3.1 description, where every named object stands once.
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import type { TSchema } from 'typebox';
import { Action, AuditRecord, Command, CommandTarget, RunCommand } from '../../shared/api/command.ts';
import { ContinuousProfile, StartContinuousProfile } from '../../shared/api/continuous-profile.ts';
import { MetricInfo, MetricSeries } from '../../shared/api/metric.ts';
import { Inventory, MapNode, Node, NodeDetail } from '../../shared/api/node.ts';
import {
  CreatedNodeTokens,
  CreateNodeTokens,
  DecideNodeRequest,
  NodeCertificate,
  NodeRequest,
  NodeToken,
  RemoveNodeTokens,
} from '../../shared/api/node-identity.ts';
import {
  Account,
  ApiToken,
  ChangeAccount,
  ChangePassword,
  CreateAccount,
  CreateApiToken,
  LinkLogin,
  Login,
  LoginLink,
  MakeLink,
  NewApiToken,
  NewSession,
  Session,
} from '../../shared/api/people.ts';
import { Problem, Reason } from '../../shared/api/problem.ts';
import { Process, ProcessTable } from '../../shared/api/process.ts';
import {
  Caller,
  HotFunction,
  Profile,
  ProfileDetail,
  StackNode,
  StartProfile,
} from '../../shared/api/profile.ts';
import {
  ProfileDifference,
  ProfileSpread,
  ProfileStacks,
  ProfileTimeline,
} from '../../shared/api/profile-view.ts';
import {
  DeclaredGap,
  LatestSample,
  MetricRow,
  MetricTable,
  ProcessUse,
  ProcessUses,
  TopEntry,
  TopList,
} from '../../shared/api/range.ts';

const namedSchemas = [
  [Action, AuditRecord, Command, CommandTarget, RunCommand],
  [Inventory, MapNode, Node, NodeDetail],
  [DeclaredGap, LatestSample, MetricInfo, MetricRow, MetricSeries, MetricTable, TopEntry, TopList],
  [Process, ProcessTable, ProcessUse, ProcessUses],
  [Caller, HotFunction, Profile, ProfileDetail, StackNode, StartProfile],
  [ContinuousProfile, StartContinuousProfile],
  [ProfileDifference, ProfileSpread, ProfileStacks, ProfileTimeline],
  [Session, NewSession, Login, LinkLogin, ChangePassword],
  [Account, CreateAccount, ChangeAccount, MakeLink, LoginLink],
  [ApiToken, NewApiToken, CreateApiToken],
  [NodeToken, CreateNodeTokens, CreatedNodeTokens, RemoveNodeTokens],
  [NodeRequest, DecideNodeRequest, NodeCertificate],
  [Problem, Reason],
].flat();

const description = [
  'Monitoring, profiling and control of a cluster. Times are seconds since the Unix epoch, sizes bytes, shares 0 to 1.',
  'null says: not known. Errors are problems as in RFC 9457, with a stable `code` and a `remedy`.',
].join(' ');

/** Must come before the routes; they become visible under /api/v1/openapi.json. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  for (const schema of namedSchemas) app.addSchema({ ...withReferences(schema), $id: nameOf(schema) });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'jidi', version, description, license: { name: 'Apache-2.0' } },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: '__Host-jidi' },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    hideUntagged: true,
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json['$id'] === 'string' ? json['$id'] : `def-${index}`,
    },
    transform: ({ schema, url }) => ({ schema: mapParts(schema), url }),
  });
}

function nameOf(schema: TSchema): string {
  return '$id' in schema ? String(schema.$id) : '';
}

/** Named objects inside the schemas of a route become references. */
function mapParts(schema: FastifySchema | undefined): FastifySchema {
  const parts = Object.entries(schema ?? {}).map(([part, inner]) => [part, copyInner(inner)]);
  return Object.fromEntries(parts);
}

/** A copy in which every named object, but for the outermost, is a reference to it. */
function withReferences(schema: unknown, alsoOutermost = false): object {
  if (typeof schema !== 'object' || schema === null) return {};
  if (alsoOutermost && '$id' in schema) return { $ref: `${String(schema.$id)}#` };
  return Object.fromEntries(Object.entries(schema).map(([key, inner]) => [key, copyInner(inner)]));
}

function copyInner(inner: unknown): unknown {
  if (Array.isArray(inner)) return inner.map(copyInner);
  return typeof inner === 'object' && inner !== null ? withReferences(inner, true) : inner;
}
