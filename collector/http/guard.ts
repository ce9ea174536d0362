// In: a request before anything reads it. Out: nothing, or a problem.
// The first door, whoever asks: kept by what a foreign web page cannot forge in a browser – Host (against DNS rebinding), Origin
// (against forged requests) and the content type – and by the way being encrypted. Who asks is the gate's affair.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLoopback } from '../../shared/address.ts';
import { HttpProblem } from './problems.ts';
import type { ReadVisit } from './visit.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a body may be, where it is not JSON. */
    bodyTypes?: readonly string[];
  }
}

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

export interface GuardOptions {
  /** Names under which the collector may be called besides those of this machine alone. */
  readonly names: readonly string[];
  readonly readVisit: ReadVisit;
}

export function guardRequests(app: FastifyInstance, { names, readVisit }: GuardOptions): void {
  const known = new Set(names.map((name) => name.toLowerCase()));
  app.decorateRequest('visit');
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers).header('x-request-id', request.id);
    // By the route, not by the address: the latter can be written in many ways.
    const route = request.routeOptions.url ?? '';
    const isApi = route.startsWith('/api/');
    if (isApi || route === '/metrics' || route.startsWith('/-/')) reply.header('cache-control', 'no-store');
    request.visit = readVisit(request.raw, 'encrypted' in request.raw.socket);
    requireEncryption(request);
    requireHost(request, known);
    requireOrigin(request);
    requireType(request);
    if (request.visit.protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000');
  });
}

function requireEncryption({ visit }: FastifyRequest): void {
  if (!visit.isExposed) return;
  const remedy = 'Come through the proxy over HTTPS; it must send X-Forwarded-Proto: https.';
  throw new HttpProblem(403, 'not-encrypted', 'this way to the collector is not encrypted', remedy);
}

function requireHost({ visit }: FastifyRequest, known: ReadonlySet<string>): void {
  const host = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::\d{1,5})?$/.exec(visit.host);
  const name = (host?.[1] ?? host?.[2] ?? '').toLowerCase();
  if (visit.isSocket || isLoopback(name) || known.has(name)) return;
  const remedy =
    'Call the collector as 127.0.0.1, [::1], localhost or one of the names in its configuration.';
  throw new HttpProblem(421, 'foreign-host', 'Host header: not a name of this collector', remedy);
}

/** A page on another port of this machine is a foreign one, too, although browsers call it the same site. */
function requireOrigin({ headers, visit }: FastifyRequest): void {
  const { origin } = headers;
  const site = headers['sec-fetch-site'] ?? 'none';
  if (site === 'none' || site === 'same-origin' || headers['sec-fetch-mode'] === 'navigate') {
    if (origin === undefined || origin.toLowerCase() === `${visit.protocol}://${visit.host.toLowerCase()}`)
      return;
  }
  const remedy = 'Open the console of the collector itself; pages of other origins are not served.';
  throw new HttpProblem(403, 'foreign-origin', 'Origin header: another web page sent this request', remedy);
}

/**
 * A form of a foreign page can send anything but JSON; where a file is taken, Origin alone keeps it out. A request without a
 * body has no type to check.
 */
function requireType({ headers, method, routeOptions }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return;
  const type = headers['content-type'];
  const { bodyTypes } = routeOptions.config;
  if (bodyTypes !== undefined) return requireOneOf(bodyTypes, type);
  const bodiless = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  if (type === undefined ? bodiless : /^application\/json(;|$)/i.test(type)) return;
  const message = 'Content-Type header: not application/json';
  throw new HttpProblem(415, 'not-json', message, 'Send the body as application/json.');
}

function requireOneOf(types: readonly string[], type = ''): void {
  if (types.includes(type.split(';', 1)[0]?.trim().toLowerCase() ?? '')) return;
  const message = `Content-Type header: not ${types.join(' or ')}`;
  throw new HttpProblem(415, 'wrong-type', message, `Send the file as it is, as ${types[0]}.`);
}
