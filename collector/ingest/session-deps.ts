// What every session is given. Nothing in here belongs to one agent alone.
import type { Clock } from '../../shared/clock.ts';
import type { CertifiedName } from '../../shared/identity/node-uri.ts';
import type { Logger } from '../../shared/log.ts';
import type { DataClass } from '../../shared/model/delivery.ts';
import type { SeriesPool } from '../../shared/wire/series-pool.ts';
import type { StreamRefusal } from '../grpc/stream-refusal.ts';
import type { ClockRegistry } from '../live/clock-registry.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { BatchStore, NodeStore } from '../store/store.ts';
import type { AgentBudgets } from './agent-budget.ts';
import type { Backpressure } from './backpressure.ts';
import type { ControlHandler } from './control-handler.ts';
import type { IngestLimits } from './limits.ts';
import type { OwnClock } from './own-clock.ts';
import type { Presence } from './presence.ts';
import type { Quarantine } from './quarantine.ts';
import type { IngestStatistics } from './statistics.ts';
import type { Turns } from './turns.ts';

export interface EndableStream {
  end(refusal: StreamRefusal | null): void;
}

/** What ingest needs of the store. */
export type IngestStore = BatchStore & Pick<NodeStore, 'putNode' | 'touchNodes'>;

export interface SessionDeps {
  readonly store: IngestStore;
  readonly handler: ControlHandler;
  readonly bus: LiveBus;
  readonly clocks: ClockRegistry;
  readonly presence: Presence;
  readonly backpressure: Backpressure;
  readonly budgets: AgentBudgets;
  readonly greetings: Turns;
  readonly quarantine: Quarantine;
  readonly pool: SeriesPool;
  readonly limits: IngestLimits;
  readonly statistics: IngestStatistics;
  readonly clock: Clock;
  readonly ownClock: OwnClock;
  readonly log: Logger;
  readonly version: string;
  /** Whose certificate opened the connection; null: it was not asked for. */
  readonly caller: CertifiedName | null;
  /** A node has greeted on this stream: an older one of the same kind and node ends. */
  readonly greeted: (node: string, stream: EndableStream) => void;
  /** Storing succeeded (null) or failed; logged when that changes. */
  readonly storing: (error: unknown) => void;
}

/** What travels on the telemetry stream. */
export const telemetryClasses: ReadonlySet<DataClass> = new Set(['event', 'metric', 'process']);
/** What travels on the control stream. */
export const controlClasses: ReadonlySet<DataClass> = new Set(['result', 'profile']);
