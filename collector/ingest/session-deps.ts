// What every session is given. Nothing in here belongs to one agent alone.
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/log.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { BatchStore, NodeStore } from '../store/store.ts';
import type { ControlHandler } from './control-handler.ts';
import type { Presence } from './presence.ts';
import type { IngestStatistics } from './statistics.ts';
import type { StreamRefusal } from './stream-refusal.ts';

export interface EndableStream {
  end(refusal: StreamRefusal | null): void;
}

export interface SessionDeps {
  readonly store: BatchStore & Pick<NodeStore, 'putNode' | 'touchNodes'>;
  readonly handler: ControlHandler;
  readonly bus: LiveBus;
  readonly presence: Presence;
  readonly statistics: IngestStatistics;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** A node has greeted on this stream: an older one of the same kind and node ends. */
  readonly greeted: (node: string, stream: EndableStream) => void;
  /** Storing succeeded (null) or failed; logged when that changes. */
  readonly storing: (error: unknown) => void;
}
