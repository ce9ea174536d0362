// In: a request before anything reads it. Out: nothing, or a problem.
// There is no login here, so the door is kept by what a foreign web page cannot forge in a browser: Host (against DNS
// rebinding), Origin (against forged requests) and the content type. A token, when one is set, is asked for on top.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLoopback } from '../../shared/address.ts';
import { HttpProblem } from './problems.ts';

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

export function guardRequests(app: FastifyInstance, token: string | null): void {
  const expected = token === null ? null : digest(token);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers).header('x-request-id', request.id);
    // By the route, not by the address: the latter can be written in many ways.
    const route = request.routeOptions.url ?? '';
    const isApi = route.startsWith('/api/');
    if (isApi || route === '/metrics' || route.startsWith('/-/')) reply.header('cache-control', 'no-store');
    requireHost(request);
    requireOrigin(request);
    requireType(request);
    if (expected !== null && isApi) requireToken(request, expected);
  });
}

function requireHost(request: FastifyRequest): void {
  const host = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::\d{1,5})?$/.exec(request.headers.host ?? '');
  if (isLoopback((host?.[1] ?? host?.[2] ?? '').toLowerCase())) return;
  const remedy = 'Call the collector as 127.0.0.1, [::1] or localhost.';
  throw new HttpProblem(421, 'foreign-host', 'Host header: not a name of this machine alone', remedy);
}

/** A page on another port of this machine is a foreign one, too, although browsers call it the same site. */
function requireOrigin({ headers }: FastifyRequest): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'] ?? 'none';
  if (site === 'none' || site === 'same-origin' || headers['sec-fetch-mode'] === 'navigate') {
    if (origin === undefined || origin.toLowerCase() === `http://${host?.toLowerCase()}`) return;
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

function requireToken(request: FastifyRequest, expected: Buffer): void {
  const given = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given !== undefined && timingSafeEqual(digest(given), expected)) return;
  const remedy = 'Send Authorization: Bearer TOKEN; the CLI takes it as --token or JIDI_TOKEN.';
  throw new HttpProblem(401, 'token-needed', 'The token is missing or wrong.', remedy);
}

/** Equal lengths for the comparison, whatever was sent. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
