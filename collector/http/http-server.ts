// In: what the parts of the collector offer. Out: the HTTP server of API, live updates, self metrics and console.
// It refuses to listen where what it says, or a password, could be read by others.
import { randomUUID } from 'node:crypto';
import { Server as TlsServer } from 'node:tls';
import compress from '@fastify/compress';
import fastify, { type FastifyInstance } from 'fastify';
import { type Address, formatAddress } from '../../shared/address.ts';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { errorCode, errorMessage, StartError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import type { Control } from '../control/control.ts';
import type { People } from '../identity/people/people.ts';
import { PeopleError } from '../identity/people/people-error.ts';
import type { ProfileImport } from '../import/profile-import.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { ContinuousQuery } from '../query/profiles/continuous-queries.ts';
import type { Query } from '../query/query.ts';
import { type AdminSocket, openAdminSocket } from './admin-socket.ts';
import { serveConsole } from './console.ts';
import { EventFeed } from './event-feed.ts';
import { keepGate, type LoginRule } from './gate.ts';
import { guardRequests } from './guard.ts';
import { requireSafeListening } from './listening-rule.ts';
import { describeApi } from './openapi.ts';
import { problemBody, problemOf, problemType } from './problems.ts';
import { requestCheck } from './request-check.ts';
import { addAccountRoutes } from './routes/account-routes.ts';
import { addCommandRoutes } from './routes/command-routes.ts';
import { addContinuousRoutes } from './routes/continuous-routes.ts';
import { addEventRoutes } from './routes/event-routes.ts';
import { addNodeIdentityRoutes, type NodeIdentityDoor } from './routes/identity-node-routes.ts';
import { addMetricRoutes } from './routes/metric-routes.ts';
import { addNodeRoutes } from './routes/node-routes.ts';
import { addProcessRoutes } from './routes/process-routes.ts';
import { addProfileRoutes } from './routes/profile-routes.ts';
import { addProfileViewRoutes } from './routes/profile-view-routes.ts';
import { addRangeRoutes } from './routes/range-routes.ts';
import { addDescriptionRoute, addSelfRoutes } from './routes/self-routes.ts';
import { addSessionRoutes } from './routes/session-routes.ts';
import { addTokenRoutes } from './routes/token-routes.ts';
import type { SelfMetrics } from './self-metrics.ts';
import { createSights, type SightDeps } from './sight.ts';
import { watchStays } from './stays.ts';
import { visitReader } from './visit.ts';

export interface HttpServerDeps {
  readonly query: Query;
  readonly continuous: ContinuousQuery;
  readonly control: Control;
  readonly imports: Pick<ProfileImport, 'admit' | 'importProfile'>;
  readonly bus: LiveBus;
  readonly selfMetrics: SelfMetrics;
  readonly log: Logger;
  /** Folder of the built console; null when it is not built. */
  readonly webRoot: string | null;
  readonly version: string;
  /** Why the collector cannot serve yet, in words; null when it can. */
  readonly ready: () => string | null;
  readonly people: People;
  readonly identities: NodeIdentityDoor;
  readonly access: Access;
  /** What a user may see. */
  readonly rows: Pick<SightDeps, 'owners' | 'ownQuery'>;
  readonly clock?: Clock;
}

/** Whom it lets in, and by which way. */
export interface Access {
  readonly login: LoginRule;
  /** Names under which it may be called besides those of this machine alone. */
  readonly names: readonly string[];
  /** Whose X-Forwarded-… counts: ADDRESS or ADDRESS/BITS. */
  readonly proxies: readonly string[];
  /** null: plain text. */
  readonly certificate: WebCertificate | null;
}

/** PEM. */
export interface WebCertificate {
  readonly key: string;
  readonly certificate: string;
}

export interface HttpServer {
  /** Resolves with the port that was bound. Once. `adminSocket`: where administrators of this host come in. */
  start(address: Address, adminSocket?: string): Promise<number>;
  /** Once it has started: what is served, `METHOD /path` each. */
  routes(): readonly string[];
  /** From the next connection on. */
  renew(certificate: WebCertificate): void;
  /** Ends live updates, lets running requests finish, then closes what is left. Idempotent. */
  stop(): Promise<void>;
}

const bodyLimitBytes = 256 * 1024;
const requestTimeoutMs = 30_000;
const stopDeadlineMs = 3_000;
const maxConnections = 512;

export function createHttpServer(deps: HttpServerDeps): HttpServer {
  const clock = deps.clock ?? systemClock;
  const { query, bus, log } = deps;
  const feed = new EventFeed({ query, bus, clock, log });
  deps.selfMetrics.addReadings(() => feed.readings());
  const { access } = deps;
  const app = createApp(deps);
  let socket: AdminSocket | undefined;
  let stopping: Promise<void> | undefined;
  return {
    async start(address, adminSocket) {
      const isEncrypted = access.certificate !== null || access.proxies.length > 0;
      requireSafeListening(address, { login: access.login, isEncrypted });
      await addRoutes(app, deps, { feed, clock });
      await listen(app, address);
      if (adminSocket !== undefined) socket = await openAdminSocket(app, adminSocket);
      const bound = app.server.address();
      return typeof bound === 'object' && bound !== null ? bound.port : address.port;
    },
    routes: () => [...app.servedRoutes],
    renew(certificate) {
      if (app.server instanceof TlsServer) app.server.setSecureContext(tlsOptionsOf(certificate));
    },
    stop() {
      stopping ??= close(app, feed, clock).finally(() => socket?.close());
      return stopping;
    },
  };
}

function tlsOptionsOf({ key, certificate }: WebCertificate) {
  return { key, cert: certificate, minVersion: 'TLSv1.3' } as const;
}

function createApp({ log, selfMetrics, access }: HttpServerDeps): FastifyInstance {
  const app = fastify({
    https: access.certificate === null ? null : tlsOptionsOf(access.certificate),
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 256 },
    // An address that cannot be read reaches no hook and no route.
    frameworkErrors: (error, request, reply) => {
      const problem = problemOf(error);
      reply.raw.writeHead(problem.status, { 'content-type': problemType });
      reply.raw.end(JSON.stringify(problemBody(problem, request.id)));
    },
  });
  app.server.maxConnections = maxConnections;
  app.setValidatorCompiler(requestCheck);
  // The answers are our own objects, already in the form of their schemas.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  acceptOnlyJson(app);
  limitAndTime(app, selfMetrics);
  answerErrors(app, log);
  return app;
}

/** Live updates have no end; everything else must come to one, and is timed. */
function limitAndTime(app: FastifyInstance, selfMetrics: SelfMetrics): void {
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/api/') && !route.url.endsWith('/events'))
      route.handlerTimeout = requestTimeoutMs;
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    if (reply.sent && !route.endsWith('/events')) {
      const seconds = reply.elapsedTime / 1000;
      selfMetrics.observeRequest({ method: request.method, route, status: reply.statusCode, seconds });
    }
  });
}

function answerErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    const { method, id } = request;
    if (problem.status >= 500) {
      log.error(
        { err: problem.cause ?? problem, requestId: id, method, route: request.routeOptions.url },
        'request failed',
      );
    }
    if (problem.cause instanceof PeopleError && problem.cause.retryAfter !== undefined)
      reply.header('retry-after', problem.cause.retryAfter);
    return reply
      .code(problem.status)
      .header('cache-control', 'no-store')
      .type(problemType)
      .send(problemBody(problem, id));
  });
}

/** A body of no bytes is no body: orders such as stop and cancel have none. */
function acceptOnlyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (text === '') done(null, undefined);
    else void parse(request, text, done);
  });
}

async function addRoutes(
  app: FastifyInstance,
  deps: HttpServerDeps,
  live: { feed: EventFeed; clock: Clock },
): Promise<void> {
  const { login, names, proxies } = deps.access;
  const sightOf = createSights({ ...deps, ...deps.rows, clock: live.clock });
  guardRequests(app, { names, readVisit: visitReader(proxies) });
  keepGate(app, { people: deps.people, login });
  watchStays(app, deps.people, live.clock);
  await app.register(compress, { globalDecompression: false, encodings: ['br', 'gzip'] });
  await describeApi(app, deps.version);
  await app.register(
    async (api) => {
      addNodeRoutes(api, sightOf, live.clock);
      addMetricRoutes(api, sightOf, live.clock);
      addRangeRoutes(api, sightOf, live.clock);
      addProcessRoutes(api, sightOf, live.clock);
      addProfileRoutes(api, { sightOf, imports: deps.imports });
      addProfileViewRoutes(api, sightOf);
      addContinuousRoutes(api, sightOf, live.clock);
      addCommandRoutes(api, sightOf);
      addEventRoutes(api, live.feed, sightOf);
      addSessionRoutes(api, deps.people);
      addAccountRoutes(api, deps.people);
      addTokenRoutes(api, deps.people);
      addNodeIdentityRoutes(api, { identities: deps.identities, clock: live.clock });
      addDescriptionRoute(api);
    },
    { prefix: '/api/v1' },
  );
  addSelfRoutes(app, deps);
  await serveConsole(app, deps.webRoot);
}

async function listen(app: FastifyInstance, address: Address): Promise<void> {
  try {
    await app.listen({ host: address.host, port: address.port });
  } catch (error) {
    const remedy =
      errorCode(error) === 'EADDRINUSE'
        ? 'Something else listens there; choose another port with --http, 0 for a free one.'
        : 'Choose another address with --http.';
    throw new StartError(`http ${formatAddress(address)}: ${errorMessage(error)}`, remedy, { cause: error });
  }
}

async function close(app: FastifyInstance, feed: EventFeed, clock: Clock): Promise<void> {
  feed.stop();
  const cancel = clock.after(stopDeadlineMs, () => app.server.closeAllConnections());
  await app.close();
  cancel();
}
