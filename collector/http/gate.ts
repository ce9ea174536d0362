// In: a request, before anything reads it. Out: `request.principal`, who asks and what it may, and `request.actor`, the same for
// the audit log – or a problem: 401 where nobody is known, 403 where the permission of the route's row is missing.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Permission, type Principal, permissionsOf } from '../../shared/model/role.ts';
import { type Arrival, localPrincipal, type Shown, socketPrincipal } from '../identity/people/arrivals.ts';
import type { People } from '../identity/people/people.ts';
import { policyFaults, requirementOf } from './policy.ts';
import { HttpProblem } from './problems.ts';
import { sessionCookie } from './session-cookie.ts';
import type { Visit } from './visit.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** `METHOD /path` each. */
    readonly servedRoutes: Set<string>;
  }
  interface FastifyRequest {
    visit: Visit;
    principal: Principal;
    /** NAME@WAY. */
    actor: string;
    /** null: nobody that is known. */
    arrival: Arrival | null;
    /** What it came in with; null: nothing that is looked up. */
    shown: Shown | null;
  }
}

/** `none`: whoever reaches the port is an administrator. */
export type LoginRule = 'required' | 'none';

export interface GateOptions {
  readonly people: Pick<People, 'arrivals'>;
  readonly login: LoginRule;
}

const nobody: Principal = { name: 'nobody', role: 'user', permissions: [], via: 'nobody' };

/** Must come before the routes: one without a row in the policy stops the start. */
export function keepGate(app: FastifyInstance, options: GateOptions): void {
  app.decorate('servedRoutes', new Set<string>());
  app.addHook('onRoute', ({ method, url }) => {
    const routes = (Array.isArray(method) ? method : [method])
      .map((one) => (one === 'HEAD' ? 'GET' : one))
      .map((one) => `${one} ${url}`);
    const [fault] = policyFaults(routes, { rowsToo: false });
    if (fault !== undefined) throw new Error(fault);
    for (const route of routes) app.servedRoutes.add(route);
  });
  app.decorateRequest('principal');
  app.decorateRequest('actor', '');
  app.decorateRequest('arrival', null);
  app.decorateRequest('shown', null);
  app.addHook('onRequest', async (request, reply) => {
    identify(request, options);
    admitOrSayHow(request, reply);
  });
  app.addHook('preHandler', async (request, reply) => {
    const { method, shown } = request;
    if (shown === null || method === 'GET' || method === 'HEAD') return;
    // The body may have taken its time: who was put out meanwhile has no say any more.
    request.arrival = options.people.arrivals.find(shown, { isRequest: false });
    request.principal = request.arrival?.principal ?? nobody;
    admitOrSayHow(request, reply);
  });
}

function admitOrSayHow(request: FastifyRequest, reply: FastifyReply): void {
  try {
    admit(request);
  } catch (error) {
    if (error instanceof HttpProblem && error.status === 401) reply.header('www-authenticate', 'Bearer');
    throw error;
  }
}

function identify(request: FastifyRequest, { people, login }: GateOptions): void {
  const { visit } = request;
  const shown = shownBy(request);
  let arrival: Arrival | null = null;
  if (visit.isSocket) arrival = lasting(socketPrincipal);
  else if (login === 'none') arrival = lasting(localPrincipal);
  else if (shown !== null) arrival = people.arrivals.find(shown, { isRequest: true });
  request.arrival = arrival;
  request.shown = arrival === null || arrival.expiresMs === null ? null : shown;
  request.principal = arrival?.principal ?? nobody;
  request.actor = actorOf(request.principal, visit);
}

function lasting(principal: Principal): Arrival {
  return { principal, sessionId: null, expiresMs: null };
}

/** What is said in a header comes before a cookie, which the browser sends by itself. */
function shownBy(request: FastifyRequest): Shown | null {
  const { authorization } = request.headers;
  const { address } = request.visit;
  if (authorization !== undefined) {
    const secret = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1];
    return secret === undefined ? null : { secret, way: 'bearer', address };
  }
  const cookie = sessionCookie(request);
  return cookie === undefined ? null : { secret: cookie, way: 'cookie', address };
}

function actorOf({ name, via }: Principal, { address }: Visit): string {
  if (via === 'local' || via === 'nobody') return `${via}@${address}`;
  return `${name}@${via.replace(' ', ':')}`;
}

function admit(request: FastifyRequest): void {
  const { method, routeOptions, arrival } = request;
  if (routeOptions.url === undefined) return;
  const requirement = requirementOf(method, routeOptions.url);
  if (requirement === undefined) throw new Error(`${method} ${routeOptions.url}: no row in the policy`);
  if (request.shown?.way === 'cookie') requireOwnPage(request);
  if (requirement === 'public') return;
  if (arrival === null) {
    const remedy =
      'Log in: jidi login, or in the console. Scripts send Authorization: Bearer TOKEN (jidi token create).';
    throw new HttpProblem(
      401,
      'login-needed',
      'Nobody is logged in, or the session or token is over.',
      remedy,
    );
  }
  if (requirement !== 'self') requirePermission(arrival.principal, requirement);
}

export function requirePermission({ role, permissions, via }: Principal, needed: Permission): void {
  if (permissions.includes(needed)) return;
  const roles = Object.entries(permissionsOf)
    .filter(([, granted]) => granted.includes(needed))
    .map(([name]) => name)
    .join(', ');
  const who = via.startsWith('token ') ? via : `role ${role}`;
  const remedy = `Roles that have it: ${roles}. An administrator changes roles: jidi account role NAME ROLE`;
  throw new HttpProblem(403, 'permission-missing', `${needed} is needed; ${who} does not have it`, remedy);
}

/** The browser sends cookies by itself: what changes something must come from a page of the console. */
function requireOwnPage({ method, headers }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return;
  if (headers.origin !== undefined && headers['x-jidi'] === 'console') return;
  const remedy = 'Use the console itself; scripts send a token: jidi token create NAME';
  throw new HttpProblem(403, 'foreign-origin', 'not sent by a page of the console', remedy);
}
