// What all simulated agents of a process have done, together.
import { dataClasses } from '../../../shared/model/delivery.ts';
import { Latencies } from './latencies.ts';
import { createSpoolStatistics, type LightSpool } from './light-spool.ts';

export class FleetStatistics {
  readonly spool = createSpoolStatistics();
  /** From sending to acknowledgement, ms. */
  readonly acknowledgements = new Latencies();
  /** Age of live metrics when they were acknowledged, ms. */
  readonly liveAges = new Latencies();
  readonly refusals = new Map<string, number>();
  samples = 0;
  processRows = 0;
  sent = 0;
  /** Streams welcomed. */
  connects = 0;
  /** Streams lost. */
  losses = 0;
  reboots = 0;
  directives = 0;
  /** Ticks that were due while this process was held up. */
  missedTicks = 0;
  /** Batches that went with the memory of a node that was switched off. */
  forgotten = 0;

  forget(spool: LightSpool): void {
    for (const dataClass of dataClasses) this.forgotten += spool.count(dataClass);
  }

  countRefusal(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}
