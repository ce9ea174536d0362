// The collector's end of the streams as it really is: gRPC server, SQLite store in a folder of its own, live bus.
// What decides about reports is a recorder that stores them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { ControlHandler, ControlPeer } from '../../../collector/ingest/control-handler.ts';
import { IngestServer, type IngestServerOptions } from '../../../collector/ingest/ingest-server.ts';
import { type Change, LiveBus } from '../../../collector/live/live-bus.ts';
import type { Store } from '../../../collector/store/store.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { Batch } from '../../../shared/model/batch.ts';
import { openStoreIn } from '../store/open-store-in.ts';

export class RecordingHandler implements ControlHandler {
  readonly peers: ControlPeer[] = [];
  readonly gone: ControlPeer[] = [];
  readonly batches: Batch[] = [];
  readonly #store: Store;
  /** Reports wait for it before they are stored. */
  gate: Promise<void> = Promise.resolve();

  constructor(store: Store) {
    this.#store = store;
  }

  connected(peer: ControlPeer): void {
    this.peers.push(peer);
  }

  disconnected(peer: ControlPeer): void {
    this.gone.push(peer);
  }

  async report(...[sender, batch]: Parameters<ControlHandler['report']>): Promise<void> {
    await this.gate;
    await this.#store.append(sender, batch);
    this.batches.push(batch);
  }
}

export interface CollectorEnd {
  readonly server: IngestServer;
  readonly store: Store;
  readonly handler: RecordingHandler;
  readonly changes: readonly Change[];
  readonly logged: readonly string[];
  readonly port: number;
  readonly target: string;
  /** As a crash: streams break, what is stored stays. */
  crash(): Promise<void>;
}

export interface CollectorEndOptions {
  readonly dataDir: string;
  readonly port?: number;
  readonly maxNodes?: number;
  readonly overStore?: (store: Store) => Partial<Store>;
  readonly clock?: IngestServerOptions['clock'];
  readonly ingest?: Partial<Pick<IngestServerOptions, 'lag' | 'limits'>>;
}

export function makeDataDir(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'jidi-ingest-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function openCollectorEnd(options: CollectorEndOptions): Promise<CollectorEnd> {
  const clock = options.clock ?? systemClock;
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const { dataDir, maxNodes = 1_000_000 } = options;
  const store = await openStoreIn({ dataDir, clock, maxNodes, log });
  const bus = new LiveBus();
  const changes: Change[] = [];
  bus.subscribe(({ change }) => changes.push(change));
  const handler = new RecordingHandler(store);
  const given = { ...store, ...options.overStore?.(store) };
  const server = new IngestServer({
    store: given,
    handler,
    bus,
    clock,
    log,
    version: '0.0.1',
    ...options.ingest,
  });
  const port = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const crash = async () => {
    await server.stop();
    await store.close();
  };
  return { server, store, handler, changes, logged, port, target: `127.0.0.1:${port}`, crash };
}
