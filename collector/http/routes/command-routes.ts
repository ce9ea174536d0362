// Commands: what nodes can do, asking them to do it, how it stands, and the audit log.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Action, AuditRecord, Command, RunCommand } from '../../../shared/api/command.ts';
import { ListQuery } from '../../../shared/api/list.ts';
import { commandLimits } from '../../../shared/model/command.ts';
import type { Query } from '../../query/query.ts';
import { answers, ById, parameters } from '../answers.ts';
import { listFilter, readNodes } from '../parameters.ts';
import { HttpProblem } from '../problems.ts';
import type { SightOf } from '../sight.ts';

const tags = ['commands'];
const list = parameters(ListQuery.properties);

export function addCommandRoutes(app: FastifyInstance, sightOf: SightOf): void {
  addOrders(app, sightOf);
  addViews(app, sightOf);
}

function addOrders(app: FastifyInstance, sightOf: SightOf): void {
  const asked = answers(201, Command, 'The new command; Location names it.');
  app.post<{ Body: RunCommand }>(
    '/commands',
    { schema: { tags, summary: 'Ask nodes to carry out an action', body: RunCommand, response: asked } },
    async (request, reply) => {
      const { body, actor } = request;
      const { query, control } = sightOf(request);
      const { action, parameters = {}, timeout } = body;
      const nodes = await readNodes(body.nodes, query);
      const timeoutMs = timeout === undefined ? commandLimits.timeoutMs.default : Math.round(timeout * 1000);
      const id = await control.runCommand({ action, nodes, parameters, timeoutMs }, actor);
      return reply
        .code(201)
        .header('location', `/api/v1/commands/${id}`)
        .send(await showCommand(query, id));
    },
  );

  const cancelled = answers(200, Command, 'The command, as it is now.');
  app.post<{ Params: ById }>(
    '/commands/:id/cancel',
    { schema: { tags, summary: 'Cancel a command where it is not over', params: ById, response: cancelled } },
    async (request) => {
      const { params, actor } = request;
      const { query, control } = sightOf(request);
      await control.cancelCommand(params.id, actor);
      return showCommand(query, params.id);
    },
  );
}

function addViews(app: FastifyInstance, sightOf: SightOf): void {
  const actions = answers(200, Type.Array(Action), 'Actions that nodes may know.');
  app.get(
    '/actions',
    { schema: { tags, summary: 'List the actions', querystring: parameters({}), response: actions } },
    async (request) => sightOf(request).control.actions(),
  );

  const commands = answers(200, Type.Array(Command), 'Commands, newest first.');
  app.get<{ Querystring: ListQuery }>(
    '/commands',
    { schema: { tags, summary: 'List commands', querystring: list, response: commands } },
    (request) => sightOf(request).query.commands(listFilter(request.query)),
  );

  const one = answers(200, Command, 'The command and how it stands on each node.');
  app.get<{ Params: ById }>(
    '/commands/:id',
    { schema: { tags, summary: 'Show a command', params: ById, querystring: parameters({}), response: one } },
    (request) => showCommand(sightOf(request).query, request.params.id),
  );

  const records = answers(200, Type.Array(AuditRecord), 'Records of the audit log, newest first.');
  app.get<{ Querystring: ListQuery }>(
    '/audit',
    { schema: { tags: ['audit'], summary: 'Read the audit log', querystring: list, response: records } },
    (request) => sightOf(request).query.audit(listFilter(request.query)),
  );
}

async function showCommand(query: Pick<Query, 'command'>, id: string): Promise<Command> {
  const command = await query.command(id);
  if (command !== null) return command;
  throw new HttpProblem(
    404,
    'unknown-command',
    `command ${id}: unknown`,
    'List the commands with: jidi command ls',
  );
}
