// Whether the agent does its work, for systemd. In: each tick, the spool. Out: what a restart would mend, and a line for people.
// A disk that does not answer is told, but no reason to start anew: what is measured still goes to the collector, and a new
// agent would wait for the same disk.
import type { Clock } from '../shared/clock.ts';
import type { Health } from '../shared/service-notice.ts';
import type { SpoolStatistics } from './spool/spool.ts';
import type { SyncAges } from './spool/sync-schedule.ts';

export interface AgentHealthOptions {
  readonly clock: Clock;
  readonly spool: { readonly statistics: Pick<SpoolStatistics, 'batches'>; readonly syncing: SyncAges };
}

/** Ticks are at most a minute apart, also where the budget of CPU time makes them rare. */
const mostSilentMs = 180_000;
/** Everything is synced within ten seconds of its writing. */
const mostOverdueMs = 120_000;
const toldHangMs = 10_000;

export class AgentHealth implements Health {
  readonly #options: AgentHealthOptions;
  #tickedMs: number;

  constructor(options: AgentHealthOptions) {
    this.#options = options;
    this.#tickedMs = options.clock.monotonic();
  }

  ticked(): void {
    this.#tickedMs = this.#options.clock.monotonic();
  }

  trouble(): string | null {
    const silentMs = this.#silentMs();
    if (silentMs > mostSilentMs) return `nothing was measured for ${seconds(silentMs)}`;
    const { overdueMs } = this.#options.spool.syncing;
    return overdueMs > mostOverdueMs ? `what was written was not synced for ${seconds(overdueMs)}` : null;
  }

  status(): string {
    const { statistics, syncing } = this.#options.spool;
    const { hangsMs } = syncing;
    const disk = hangsMs > toldHangMs ? `; the disk has not answered for ${seconds(hangsMs)}` : '';
    return `measured ${seconds(this.#silentMs())} ago; ${statistics.batches} batches wait for their receipt${disk}`;
  }

  #silentMs(): number {
    return this.#options.clock.monotonic() - this.#tickedMs;
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
