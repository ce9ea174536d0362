// Profiles: start, list, stop, delete, their parts.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ListQuery } from '../../../shared/api/list.ts';
import { NodeName } from '../../../shared/api/node.ts';
import { Profile, StartProfile } from '../../../shared/api/profile.ts';
import { type ProfileTarget, usualProfile } from '../../../shared/model/profile.ts';
import type { StartProfileOrder } from '../../control/control.ts';
import type { ProfileImport } from '../../import/profile-import.ts';
import type { Query } from '../../query/query.ts';
import { answers, answersNothing, ById, parameters } from '../answers.ts';
import { listFilter, readNodes } from '../parameters.ts';
import { HttpProblem } from '../problems.ts';
import type { SightOf } from '../sight.ts';
import { addProfileImportRoute } from './profile-import-route.ts';

export interface ProfileRouteDeps {
  readonly sightOf: SightOf;
  readonly imports: Pick<ProfileImport, 'admit' | 'importProfile'>;
}

const tags = ['profiles'];
const profileAnswer = 'The profile, as it is now.';

export function addProfileRoutes(app: FastifyInstance, deps: ProfileRouteDeps): void {
  const { sightOf, imports } = deps;
  addOrders(app, sightOf);
  const show = (request: FastifyRequest, id: string) => showProfile(sightOf(request).query, id);
  addProfileImportRoute(app, { imports, showProfile: show });
  addViews(app, sightOf);
  addParts(app, sightOf);
}

function addOrders(app: FastifyInstance, sightOf: SightOf): void {
  const started = answers(201, Profile, 'The new profile; Location names it.');
  app.post<{ Body: StartProfile }>(
    '/profiles',
    {
      schema: {
        tags,
        summary: 'Profile a process, a job, a control group or a node',
        body: StartProfile,
        response: started,
      },
    },
    async (request, reply) => {
      const { body, actor } = request;
      const { query, control } = sightOf(request);
      const nodes = body.nodes === undefined ? [] : await readNodes(body.nodes, query);
      const id = await control.startProfile(orderOf(body, nodes), actor);
      return reply
        .code(201)
        .header('location', `/api/v1/profiles/${id}`)
        .send(await showProfile(query, id));
    },
  );

  const stopped = answers(200, Profile, profileAnswer);
  app.post<{ Params: ById }>(
    '/profiles/:id/stop',
    { schema: { tags, summary: 'Stop a profile and keep what it has', params: ById, response: stopped } },
    async (request) => {
      const { params, actor } = request;
      const { query, control } = sightOf(request);
      await control.stopProfile(params.id, actor);
      return showProfile(query, params.id);
    },
  );

  const deleted = answersNothing('The profile is gone.');
  app.delete<{ Params: ById }>(
    '/profiles/:id',
    { schema: { tags, summary: 'Delete a profile', params: ById, response: deleted } },
    async (request, reply) => {
      await sightOf(request).control.deleteProfile(request.params.id, request.actor);
      return reply.code(204).send();
    },
  );
}

function orderOf({ duration, ...asked }: StartProfile, nodes: readonly string[]): StartProfileOrder {
  return {
    nodes,
    target: targetOf(asked),
    event: asked.event ?? usualProfile.event,
    durationMs: duration === undefined ? usualProfile.durationMs : Math.round(duration * 1000),
    frequencyHz: asked.frequency ?? usualProfile.frequencyHz,
    callGraph: asked.callGraph ?? usualProfile.callGraph,
    withInlined: asked.inlined ?? usualProfile.withInlined,
  };
}

function targetOf({ pid, startTime, children = false, threads, job, cgroup, wholeNode }: StartProfile) {
  const startTimeMs = startTime === undefined ? null : Math.round(startTime * 1000);
  const targets: (ProfileTarget | false)[] = [
    pid !== undefined && {
      kind: 'process',
      pid,
      startTimeMs,
      withChildren: children,
      threads: threads ?? null,
    },
    job !== undefined && { kind: 'job', job },
    cgroup !== undefined && { kind: 'cgroup', path: cgroup },
    wholeNode === true && { kind: 'node' },
  ];
  const [target, second] = targets.filter((one) => one !== false);
  if (target !== undefined && second === undefined) return target;
  const what = target === undefined ? 'missing' : 'more than one';
  const remedy = 'Give one of pid, job, cgroup, wholeNode.';
  throw new HttpProblem(400, 'bad-parameter', `what to profile: ${what}`, remedy);
}

function addViews(app: FastifyInstance, sightOf: SightOf): void {
  const querystring = parameters({ ...ListQuery.properties, node: Type.Optional(NodeName) });
  const list = answers(200, Type.Array(Profile), 'Profiles, newest first.');
  const shown = answers(200, Profile, profileAnswer);
  app.get<{ Params: ById }>(
    '/profiles/:id',
    {
      schema: { tags, summary: 'Show a profile', params: ById, querystring: parameters({}), response: shown },
    },
    (request) => showProfile(sightOf(request).query, request.params.id),
  );

  app.get<{ Querystring: ListQuery & { node?: string } }>(
    '/profiles',
    { schema: { tags, summary: 'List profiles', querystring, response: list } },
    (request) => {
      const { node, ...rest } = request.query;
      const ofNode = node === undefined ? {} : { node };
      return sightOf(request).query.profiles({ ...listFilter(rest), ...ofNode });
    },
  );
}

function addParts(app: FastifyInstance, sightOf: SightOf): void {
  const response = answers(200, Type.Array(Profile), 'The part of each node, in the order of their names.');
  const summary = 'Show the parts of a profile on several nodes';
  app.get<{ Params: ById }>(
    '/profiles/:id/parts',
    { schema: { tags, summary, params: ById, querystring: parameters({}), response } },
    async (request) => {
      const { params } = request;
      const { query } = sightOf(request);
      const parts = await query.profileParts(params.id);
      if (parts.length === 0) await showProfile(query, params.id);
      return parts;
    },
  );
}

async function showProfile(query: Pick<Query, 'profile'>, id: string): Promise<Profile> {
  const profile = await query.profile(id);
  if (profile === null) throw unknownProfile(id);
  return profile;
}

function unknownProfile(id: string): HttpProblem {
  return new HttpProblem(
    404,
    'unknown-profile',
    `profile ${id}: unknown`,
    'List the profiles with: jidi profile ls',
  );
}
