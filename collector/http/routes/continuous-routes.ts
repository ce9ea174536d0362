// Continuous profiles: start, list, show, stop; their windows, and the stacks of a range of time in one tree.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import {
  ContinuousProfile,
  StartContinuousProfile,
  WindowList,
  type WindowRange,
  WindowStacks,
} from '../../../shared/api/continuous-profile.ts';
import { Profile } from '../../../shared/api/profile.ts';
import { ProfileStacks } from '../../../shared/api/profile-view.ts';
import type { Clock } from '../../../shared/clock.ts';
import { continuousLimits } from '../../../shared/model/continuous-profile.ts';
import type { ContinuousQuery } from '../../query/profiles/continuous-queries.ts';
import { answers, ById, parameters } from '../answers.ts';
import { readNodes, readRange } from '../parameters.ts';
import { HttpProblem } from '../problems.ts';
import { sendJson } from '../send-bytes.ts';
import type { SightOf } from '../sight.ts';

const tags = ['profiles'];
const list = parameters({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
});

export function addContinuousRoutes(app: FastifyInstance, sightOf: SightOf, clock: Clock): void {
  addOrders(app, sightOf);
  addLists(app, sightOf);
  addWindows(app, sightOf, clock);
}

function addOrders(app: FastifyInstance, sightOf: SightOf): void {
  const started = answers(201, ContinuousProfile, 'The new continuous profile; Location names it.');
  const summary = 'Profile nodes or a job from now on, window after window';
  app.post<{ Body: StartContinuousProfile }>(
    '/continuous-profiles',
    { schema: { tags, summary, body: StartContinuousProfile, response: started } },
    async (request, reply) => {
      const { body, actor } = request;
      const { query, continuous, control } = sightOf(request);
      const { window = continuousLimits.windowMs.default / 1000 } = body;
      const order = {
        nodes: body.nodes === undefined ? [] : await readNodes(body.nodes, query),
        job: body.job ?? null,
        event: body.event ?? 'cpu-clock',
        frequencyHz: body.frequency ?? continuousLimits.frequencyHz.default,
        windowMs: Math.round(window * 1000),
      } as const;
      const id = await control.startContinuous(order, actor);
      return reply
        .code(201)
        .header('location', `/api/v1/continuous-profiles/${id}`)
        .send(await show(continuous, id));
    },
  );

  const stopped = answers(200, ContinuousProfile, 'The continuous profile, as it is now.');
  app.post<{ Params: ById }>(
    '/continuous-profiles/:id/stop',
    {
      schema: {
        tags,
        summary: 'Stop a continuous profile; its windows stay',
        params: ById,
        response: stopped,
      },
    },
    async (request) => {
      const { params, actor } = request;
      const { continuous, control } = sightOf(request);
      await control.stopContinuous(params.id, actor);
      return show(continuous, params.id);
    },
  );
}

function addLists(app: FastifyInstance, sightOf: SightOf): void {
  const all = answers(200, Type.Array(ContinuousProfile), 'Continuous profiles, newest first.');
  app.get<{ Querystring: { limit?: number } }>(
    '/continuous-profiles',
    { schema: { tags, summary: 'List continuous profiles', querystring: list, response: all } },
    (request) => sightOf(request).continuous.continuousProfiles(request.query.limit ?? 100),
  );

  const one = answers(200, ContinuousProfile, 'The continuous profile.');
  const summary = 'Show a continuous profile';
  app.get<{ Params: ById }>(
    '/continuous-profiles/:id',
    { schema: { tags, summary, params: ById, querystring: parameters({}), response: one } },
    (request) => show(sightOf(request).continuous, request.params.id),
  );
}

function addWindows(app: FastifyInstance, sightOf: SightOf, clock: Clock): void {
  const windows = answers(200, Type.Array(Profile), 'Windows, newest first: each is a profile like others.');
  app.get<{ Params: ById; Querystring: WindowList }>(
    '/continuous-profiles/:id/windows',
    {
      schema: {
        tags,
        summary: 'List the windows of a continuous profile',
        params: ById,
        querystring: parameters(WindowList.properties),
        response: windows,
      },
    },
    (request) => {
      const { limit = 1000, ...range } = request.query;
      return sightOf(request).continuous.windows(request.params.id, { ...timesOf(range, clock), limit });
    },
  );

  const stacks = answers(200, ProfileStacks, 'Functions and branches of all these windows in columns.');
  app.get<{ Params: ById; Querystring: WindowStacks }>(
    '/continuous-profiles/:id/stacks',
    {
      schema: {
        tags,
        summary: 'Read the stacks of the windows of a range of time, as one tree',
        params: ById,
        querystring: parameters(WindowStacks.properties),
        response: stacks,
      },
    },
    async (request, reply) => {
      const { from, to, ...shape } = request.query;
      const { continuous } = sightOf(request);
      const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
      return sendJson(reply, await continuous.windowStacks(request.params.id, timesOf(range, clock), shape));
    },
  );
}

/** The last hour unless told otherwise. */
function timesOf(range: WindowRange, clock: Clock) {
  const { fromMs, toMs } = readRange({ from: '-1h', ...range }, clock.now());
  return { fromMs, toMs };
}

async function show(query: ContinuousQuery, id: string): Promise<ContinuousProfile> {
  const profile = await query.continuousProfile(id);
  if (profile !== null) return profile;
  const remedy = 'List them: jidi profile continuous ls';
  throw new HttpProblem(404, 'unknown-profile', `continuous profile ${id}: unknown`, remedy);
}
