// Devices that the recorded machine lacks: GPUs, energy, temperatures, memory bandwidth, InfiniBand. They are made up: each
// follows how busy its device is, with noise. In: the job of the node and how busy its cores are. Out: one value each.

import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import { type Follows, jobShareOf } from './drive.ts';
import type { Moment, SignalGroup } from './moment.ts';

export interface Meter {
  readonly definition: SeriesDefinition;
  readonly follows: Follows;
  /** Levels of a gauge, or what a counter adds in a second, without and with full work; whole numbers. */
  readonly idle: number;
  readonly full: number;
  readonly noise: number;
  /** Noise also without work: a sensor that is never quite still. */
  readonly restless?: boolean;
  readonly step?: number;
}

/** How fast a gauge comes to where it belongs, for each second. */
const inertia = 0.12;

export class DeviceSignals implements SignalGroup {
  readonly series: readonly SeriesDefinition[];
  readonly #meters: readonly Meter[];
  readonly #levels: Float64Array;
  readonly #busyShare: () => number;

  constructor(meters: readonly Meter[], busyShare: () => number) {
    this.#meters = meters;
    this.#busyShare = busyShare;
    this.series = meters.map(({ definition }) => definition);
    this.#levels = Float64Array.from(meters, ({ idle, definition }, place) =>
      definition.kind === 'gauge' ? idle : idle * 86_400 * (place + 1),
    );
  }

  write(row: Float64Array, at: number, moment: Moment): void {
    for (let place = 0; place < this.#meters.length; place += 1) {
      const meter = this.#meters[place];
      if (meter === undefined) continue;
      const drive = jobShareOf(meter.follows, moment, this.#busyShare());
      const level = nextLevel(meter, this.#levels[place] ?? 0, drive, moment);
      this.#levels[place] = level;
      row[at + place] = level / 10 ** meter.definition.decimals;
    }
  }

  reset(): void {
    for (const [place, { definition }] of this.#meters.entries())
      if (definition.kind === 'counter') this.#levels[place] = 0;
  }
}

function nextLevel(meter: Meter, level: number, drive: number, { seconds, random }: Moment): number {
  const { idle, full, noise, step = 1, restless = false, definition } = meter;
  const wanted = idle + (full - idle) * drive;
  const trembling = drive > 0.01 || restless ? noise * random.bell() : 0;
  if (definition.kind === 'counter') {
    const added = Math.max(0, wanted * seconds * (1 + trembling));
    return level + Math.round(added / step) * step;
  }
  const settled = level + (wanted - level) * Math.min(1, inertia * seconds);
  const next = settled + trembling * (full - idle);
  return Math.max(0, Math.round(next / step) * step);
}
