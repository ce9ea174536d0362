// The own session: come in, who am I, the own password, go out.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ChangePassword, LinkLogin, Login, NewSession, Session } from '../../../shared/api/people.ts';
import type { Visitor } from '../../identity/people/logins.ts';
import type { People } from '../../identity/people/people.ts';
import type { NewSession as BegunSession } from '../../identity/people/sessions.ts';
import { answers, answersNothing, parameters } from '../answers.ts';
import { HttpProblem } from '../problems.ts';
import { clearSessionCookie, setSessionCookie } from '../session-cookie.ts';

const tags = ['people'];

export function addSessionRoutes(app: FastifyInstance, people: People): void {
  addEntrances(app, people);
  addOwn(app, people);
}

function addEntrances(app: FastifyInstance, { logins }: People): void {
  const begun = answers(
    201,
    NewSession,
    'The session; with the header X-Jidi: console it is kept in a cookie.',
  );
  app.post<{ Body: Login }>(
    '/session',
    { schema: { tags, summary: 'Log in', body: Login, response: begun } },
    async (request, reply) => {
      const { name, password } = request.body;
      return handOver(request, reply, { name, ...(await logins.login(name, password, visitorOf(request))) });
    },
  );

  app.post<{ Body: LinkLogin }>(
    '/session/link',
    { schema: { tags, summary: 'Log in with a one-time link', body: LinkLogin, response: begun } },
    async (request, reply) =>
      handOver(request, reply, await logins.redeem(request.body.code, visitorOf(request))),
  );
}

function addOwn(app: FastifyInstance, people: People): void {
  const { logins } = people;
  const shown = answers(200, Session, 'Who asks.');
  app.get(
    '/session',
    {
      schema: {
        tags,
        summary: 'Show who is logged in, and what that one may',
        querystring: parameters({}),
        response: shown,
      },
    },
    async ({ principal, arrival }): Promise<Session> => ({
      name: principal.name,
      role: principal.role,
      permissions: [...principal.permissions],
      via: principal.via,
      expires: arrival?.expiresMs == null ? null : arrival.expiresMs / 1000,
      hasPassword: people.hasPassword(principal.name),
    }),
  );

  const left = answersNothing('The session is over.');
  app.delete('/session', { schema: { tags, summary: 'Log out', response: left } }, async (request, reply) => {
    const { sessionId } = request.arrival ?? { sessionId: null };
    if (sessionId !== null) await logins.logout(sessionId, request.actor);
    clearSessionCookie(reply);
    return reply.code(204).send();
  });

  const summary = 'Change the own password; all sessions end, this one is replaced';
  const changed = answers(201, NewSession, 'The session that goes on.');
  app.post<{ Body: ChangePassword }>(
    '/session/password',
    { schema: { tags, summary, body: ChangePassword, response: changed } },
    async (request, reply) => {
      const { principal, arrival, actor, body } = request;
      if (arrival === null || arrival.sessionId === null) throw sessionNeeded();
      const change = { name: principal.name, present: body.present ?? null, wanted: body.wanted };
      const session = await logins.changePassword(change, visitorOf(request), actor);
      return handOver(request, reply, { name: principal.name, ...session });
    },
  );
}

/** A page of the console gets a cookie, which no script can read; anybody else the secret itself. */
function handOver(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, secret, expiresMs }: BegunSession & { readonly name: string },
): FastifyReply {
  const isConsole = isOwnPage(request);
  if (isConsole) setSessionCookie(reply, secret);
  const session: NewSession = { name, expires: expiresMs / 1000, token: isConsole ? null : secret };
  return reply.code(201).send(session);
}

function visitorOf(request: FastifyRequest): Visitor {
  return { way: isOwnPage(request) ? 'cookie' : 'bearer', address: request.visit.address };
}

function isOwnPage({ headers }: FastifyRequest): boolean {
  return headers['x-jidi'] === 'console';
}

function sessionNeeded(): HttpProblem {
  const remedy = 'Log in: jidi login. Of others: jidi account link NAME gives a way in to choose a new one.';
  return new HttpProblem(
    403,
    'session-needed',
    'only somebody who logged in has a password to change',
    remedy,
  );
}
