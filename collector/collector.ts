// Puts the collector together: in the order in which data flows, and apart again in reverse.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { schedule } from 'node-cron';
import { formatAddress } from '../shared/address.ts';
import { systemClock } from '../shared/clock.ts';
import type { RunningProgram } from '../shared/lifecycle.ts';
import { createLogger, type Logger } from '../shared/log.ts';
import type { Health } from '../shared/service-notice.ts';
import { version } from '../shared/version.ts';
import { type AgentAddresses, AgentsDoor, connectionLimitsOf } from './agents-door.ts';
import type { CollectorConfig } from './config.ts';
import { ControlService } from './control/control-service.ts';
import { createHttpServer, type HttpServer } from './http/http-server.ts';
import { createSelfMetrics } from './http/self-metrics.ts';
import { ObservedOwners } from './identity/jobs/observed-owners.ts';
import type { NodeIdentities } from './identity/nodes/node-identities.ts';
import { ProfileImport } from './import/profile-import.ts';
import { IngestServer } from './ingest/ingest-server.ts';
import { ClockRegistry } from './live/clock-registry.ts';
import { LiveBus } from './live/live-bus.ts';
import { Liveness } from './live/liveness.ts';
import { nodeIdentityReadings, openNodeIdentities } from './node-identities.ts';
import { openPeopleDoor, type PeopleDoor } from './people-door.ts';
import { peopleReadings } from './people-readings.ts';
import { createQuery } from './query/create-query.ts';
import { nodesOfJob } from './query/job-nodes.ts';
import { ownRows } from './query/own-rows/own-rows.ts';
import { createContinuousQueries } from './query/profiles/continuous-queries.ts';
import { createThreadedViews } from './query/profiles/views/view-door.ts';
import { inTurn, QuestionGate } from './query/question-gate.ts';
import { controlReadings, importReadings, ingestReadings, ownerReadings } from './readings.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';
import { storeOptionsOf } from './store-options.ts';

const clock = systemClock;

export interface RunningCollector extends RunningProgram {
  readonly consoleUrl: string;
  readonly addresses: AgentAddresses;
  readonly health: Health;
}

/** Throws StartError when something that the person who starts it can mend stands in the way. */
export async function startCollector(config: CollectorConfig): Promise<RunningCollector> {
  const log = createLogger('jidi-collector', config.log);
  const store = await openStoreOf(config, log);
  const door = await openPeopleDoor(config, { store, clock, log: log.child({ component: 'people' }) }).catch(
    async (error: unknown) => {
      await store.close();
      throw error;
    },
  );
  const identities = await openNodeIdentities(config, {
    store,
    clock,
    log: log.child({ component: 'identity' }),
    isConnected: (node) => parts.ingest.isConnected(node),
  }).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const parts = createParts(config, { store, door, identities, log });
  const agentsDoor = new AgentsDoor({
    config,
    ingest: parts.ingest,
    identities,
    clock,
    log: log.child({ component: 'enrolment' }),
  });
  parts.selfMetrics.addReadings(() => agentsDoor.readings());
  const { control, imports, ingest, http, liveness, profileViews, owners } = parts;
  const housekeeping = schedule('* * * * *', () => void keepHouse(parts, { store, door, identities, log }), {
    noOverlap: true,
  });

  const stop = async (): Promise<void> => {
    await housekeeping.stop();
    liveness.stop();
    await http.stop();
    await profileViews.stop();
    await imports.stop();
    await agentsDoor.stop();
    await ingest.stop();
    await control.stop();
    await owners.stop();
    await store.close();
    log.info('collector stopped');
  };
  try {
    await owners.start();
    await control.start();
    const addresses = await agentsDoor.listen();
    const httpPort = await http.start(config.http, config.people.adminSocket ?? undefined);
    liveness.start();
    parts.setReady();
    const scheme = door.access.certificate === null ? 'http' : 'https';
    const consoleUrl = `${scheme}://${formatAddress({ ...config.http, port: httpPort })}/`;
    log.info({ consoleUrl, ...addresses, version }, 'collector started');
    return { consoleUrl, addresses, stop, health: healthOf(ingest, store) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A thread that dies ends the program, and a disk that does not answer is not mended by a start: what is left is the loop itself. */
function healthOf(ingest: Pick<IngestServer, 'statistics'>, store: Pick<Store, 'lag'>): Health {
  return {
    trouble: () => null,
    status() {
      const { unflushed, disk } = store.lag();
      const { streams } = ingest.statistics;
      return `${streams} streams of agents; log ${percent(unflushed)} full, disk ${percent(disk)}`;
    },
  };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function openStoreOf(config: CollectorConfig, log: Logger) {
  return openStore({
    ...storeOptionsOf(config),
    clock,
    log: log.child({ component: 'store' }),
    // Nothing is stored any more: an init system starts the collector anew.
    onDeath(error) {
      throw error;
    },
  });
}

/** What everything else stands on. */
interface Grounds {
  readonly store: Store;
  readonly door: PeopleDoor;
  readonly identities: NodeIdentities;
  readonly log: Logger;
}

function createParts(config: CollectorConfig, { store, door, identities, log }: Grounds) {
  const bus = new LiveBus();
  const clocks = new ClockRegistry();
  const profileViews = createThreadedViews({
    dataDir: config.dataDir,
    logLevel: config.log,
    rules: config.functionClasses,
    clock,
    log: log.child({ component: 'query' }),
  });
  const gate = new QuestionGate(clock);
  const all = createQuery(store, clock, { clocks, profileViews });
  const query = inTurn(all, gate);
  const owners = new ObservedOwners({ store, clock, log: log.child({ component: 'owners' }) });
  const control = new ControlService({
    store,
    bus,
    clock,
    log: log.child({ component: 'control' }),
    nodesOfJob: (job) => nodesOfJob(store, job, clock.now()),
    ownerOfJob: (job) => owners.register.ownerOf(job),
    clockOffsetMs: (node) => clocks.of(node)?.offsetMs ?? 0,
  });
  const ingest = new IngestServer({
    store: owners.observe(store),
    handler: control,
    bus,
    clock,
    log: log.child({ component: 'ingest' }),
    version,
    lag: () => store.lag(),
    clocks,
    connectionLimits: connectionLimitsOf(config),
  });
  const imports = new ProfileImport({ store, bus, clock });
  const selfMetrics = createSelfMetrics({ version, store: () => store.statistics() });
  selfMetrics.addReadings(() => ingestReadings(ingest.statistics, ingest.state()));
  selfMetrics.addReadings(() => controlReadings(control.statistics));
  selfMetrics.addReadings(() => importReadings(imports.statistics));
  selfMetrics.addReadings(() => ownerReadings(owners.statistics));
  selfMetrics.addReadings(() => nodeIdentityReadings(identities));
  selfMetrics.addReadings(() => peopleReadings(door.people.statistics()));
  let isReady = false;
  const http = createHttpServer({
    query,
    continuous: createContinuousQueries(store, profileViews),
    control,
    imports,
    bus,
    selfMetrics,
    clock,
    log: log.child({ component: 'http' }),
    version,
    webRoot: webRootOf(config),
    people: door.people,
    identities,
    access: door.access,
    rows: {
      owners: owners.register,
      ownQuery: (own) => inTurn(ownRows({ query: all, store, clock }, own), gate),
    },
    ready: () => (isReady ? null : 'the collector is starting'),
  });
  const liveness = new Liveness({ query, bus, clock, log: log.child({ component: 'liveness' }) });
  const setReady = (): void => {
    isReady = true;
  };
  return { control, imports, ingest, http, liveness, profileViews, owners, selfMetrics, setReady };
}

async function keepHouse(
  { http }: { readonly http: HttpServer },
  { store, door, log }: Grounds,
): Promise<void> {
  try {
    await door.keep(http);
    const rows = await store.retain();
    if (rows > 0) log.info({ rows }, 'data past its retention deleted');
  } catch (error) {
    log.error({ err: error }, 'housekeeping failed');
  }
}

/** Beside the bundle, or where the build puts it in a checkout. */
function webRootOf({ webRoot }: CollectorConfig): string | null {
  const places =
    webRoot === '' ? ['../web', '../build/web'].map((path) => join(import.meta.dirname, path)) : [webRoot];
  return places.find((place) => existsSync(join(place, 'index.html'))) ?? null;
}
