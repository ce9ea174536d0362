// The HTTP server on a free port of this machine, over a collector in memory, and requests to it.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';
import { type Access, createHttpServer, type HttpServerDeps } from '../../../collector/http/http-server.ts';
import { createSelfMetrics } from '../../../collector/http/self-metrics.ts';
import { JobRegister } from '../../../collector/identity/jobs/job-register.ts';
import { createPeople, type People } from '../../../collector/identity/people/people.ts';
import { LiveBus } from '../../../collector/live/live-bus.ts';
import type { IdentityRecord, IdentityStore } from '../../../collector/store/store.ts';
import type { Address } from '../../../shared/address.ts';
import { systemClock } from '../../../shared/clock.ts';
import { createLogger } from '../../../shared/log.ts';
import { noIdentities } from '../identity/nodes/no-identities.ts';
import { createMemoryCollector, type MemoryCollector } from './memory-collector.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. */
  readonly json: unknown;
}

export interface RunningServer {
  readonly port: number;
  readonly bus: LiveBus;
  readonly collector: MemoryCollector;
  readonly stop: () => Promise<void>;
  /** `METHOD /path` each. */
  readonly routes: readonly string[];
  /** Any header may be set, Host and Origin, too, as no browser would allow. */
  readonly ask: (path: string, options?: AskOptions) => Promise<Answer>;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
}

/** Everybody is an administrator. */
export const openAccess: Access = { login: 'none', names: [], proxies: [], certificate: null };

/** Where nobody looks whether it is on disk. */
export function memoryIdentities(): IdentityStore {
  const kept = new Map<string, IdentityRecord>();
  return {
    async putIdentities(records) {
      for (const record of records) kept.set(`${record.kind} ${record.id}`, record);
    },
    identities: async (kind) =>
      [...kept.values()].filter((record) => record.kind === kind && record.body !== null),
  };
}

export function memoryPeople(): People {
  return createPeople({ store: memoryIdentities(), clock: systemClock, audit: async () => undefined });
}

/** Stops when the test ends. */
export async function runServer(
  options: Partial<HttpServerDeps> = {},
  address: Address = { host: '127.0.0.1', port: 0 },
  adminSocket?: string,
): Promise<RunningServer> {
  const bus = new LiveBus();
  const collector = createMemoryCollector(bus);
  const store = () => ({
    sizeBytes: 4096,
    commits: 3,
    batches: { metric: 2 },
    duplicates: 1,
    duplicateTicks: 0,
    ignoredReports: 0,
    refusedSeries: 0,
    joinedGaps: 0,
  });
  const server = createHttpServer({
    query: collector.query,
    control: collector.control,
    continuous: {
      continuousProfiles: () => Promise.resolve([]),
      continuousProfile: () => Promise.resolve(null),
      windows: () => Promise.resolve([]),
      windowStacks: () => Promise.reject(new Error('there is no store for windows')),
    },
    imports: {
      admit: () => () => undefined,
      importProfile: () => Promise.reject(new Error('there is no store for what is imported')),
    },
    bus,
    selfMetrics: createSelfMetrics({ version: '1.2.3', store }),
    log: createLogger('test', 'silent'),
    webRoot: null,
    version: '1.2.3',
    ready: () => null,
    identities: noIdentities,
    people: memoryPeople(),
    access: openAccess,
    rows: { owners: new JobRegister(), ownQuery: () => collector.query },
    ...options,
  });
  onTestFinished(() => server.stop());
  const port = await server.start(address, adminSocket);
  return {
    port,
    bus,
    collector,
    routes: server.routes(),
    stop: () => server.stop(),
    ask: (path, asked) => ask(port, path, asked ?? {}),
  };
}

function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: AskOptions,
): Promise<Answer> {
  const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const type = payload === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers: { ...type, ...headers }, agent: false };
    const sent = httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson =
          /json/.test(response.headers['content-type'] ?? '') && !response.headers['content-encoding'];
        const json: unknown = isJson ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}
