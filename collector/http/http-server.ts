// In: what the parts of the collector offer. Out: the HTTP server of API, live updates, self metrics and console.
// It refuses to listen anywhere but on loopback: there is no login yet.
import { randomUUID } from 'node:crypto';
import compress from '@fastify/compress';
import fastify, { type FastifyInstance } from 'fastify';
import { type Address, formatAddress } from '../../shared/address.ts';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { errorCode, errorMessage, StartError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import { requireHttpLoopback } from '../../shared/loopback-only.ts';
import type { Control } from '../control/control.ts';
import type { ProfileImport } from '../import/profile-import.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { ContinuousQuery } from '../query/profiles/continuous-queries.ts';
import type { Query } from '../query/query.ts';
import { nameActors } from './actor.ts';
import { serveConsole } from './console.ts';
import { EventFeed } from './event-feed.ts';
import { guardRequests } from './guard.ts';
import { describeApi } from './openapi.ts';
import { problemBody, problemOf, problemType } from './problems.ts';
import { requestCheck } from './request-check.ts';
import { addCommandRoutes } from './routes/command-routes.ts';
import { addContinuousRoutes } from './routes/continuous-routes.ts';
import { addEventRoutes } from './routes/event-routes.ts';
import { addMetricRoutes } from './routes/metric-routes.ts';
import { addNodeRoutes } from './routes/node-routes.ts';
import { addProcessRoutes } from './routes/process-routes.ts';
import { addProfileRoutes } from './routes/profile-routes.ts';
import { addProfileViewRoutes } from './routes/profile-view-routes.ts';
import { addRangeRoutes } from './routes/range-routes.ts';
import { addDescriptionRoute, addSelfRoutes } from './routes/self-routes.ts';
import type { SelfMetrics } from './self-metrics.ts';

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
  /** When set, the API asks for it as a bearer token. */
  readonly token?: string | null;
  readonly clock?: Clock;
}

export interface HttpServer {
  /** Resolves with the port that was bound. Once. */
  start(address: Address): Promise<number>;
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
  const app = createApp(log, deps.selfMetrics);
  let stopping: Promise<void> | undefined;
  return {
    async start(address) {
      requireHttpLoopback(address);
      await addRoutes(app, deps, { feed, clock });
      await listen(app, address);
      const bound = app.server.address();
      return typeof bound === 'object' && bound !== null ? bound.port : address.port;
    },
    stop() {
      stopping ??= close(app, feed, clock);
      return stopping;
    },
  };
}

function createApp(log: Logger, selfMetrics: SelfMetrics): FastifyInstance {
  const app = fastify({
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
  guardRequests(app, deps.token ?? null);
  nameActors(app);
  await app.register(compress, { globalDecompression: false, encodings: ['br', 'gzip'] });
  await describeApi(app, deps.version);
  await app.register(
    async (api) => {
      addNodeRoutes(api, deps.query, live.clock);
      addMetricRoutes(api, deps.query, live.clock);
      addRangeRoutes(api, deps.query, live.clock);
      addProcessRoutes(api, deps.query, live.clock);
      addProfileRoutes(api, deps);
      addProfileViewRoutes(api, deps.query);
      addContinuousRoutes(api, deps, live.clock);
      addCommandRoutes(api, deps);
      addEventRoutes(api, live.feed);
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
