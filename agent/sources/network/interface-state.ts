// Whether an interface is up, and how fast it can be. In: its folder under /sys/class/net. Out: two gauges.
// An interface without a folder has neither. Invariants: after `close` nothing is open; `read` opens again.
import { gauge } from '../../../shared/model/metric.ts';
import type { Host } from '../../host/host.ts';
import type { KernelFile } from '../../host/kernel-files.ts';
import { createRow, type SeriesRow } from '../series-row.ts';
import type { SampleSink } from '../source.ts';

export const linkMetrics = [
  gauge('node_network_up', 0, '1 when the operational state of the interface is up, else 0.'),
  gauge('node_network_speed_bytes', 0, 'Speed of the link in bytes per second.'),
];

/** All that the kernel ever writes, see RFC 2863. */
const operationalStates = [
  'up',
  'unknown',
  'down',
  'notpresent',
  'lowerlayerdown',
  'testing',
  'dormant',
] as const;
const refreshMs = 60_000;
/** A link that goes down is told within this time; asking each at every tick costs more than all counters. */
const stateEveryMs = 5_000;
/** Ticks come a little early or late. */
const timerSlackMs = 100;
const bytesPerMegabit = 125_000;
/** What drivers tell for a speed that they do not know, beside -1. */
const unknownSpeed = 0xffff_ffff;

export class InterfaceState {
  readonly #host: Host;
  readonly #folder: string;
  readonly #row: SeriesRow;
  #stateFile: KernelFile | null = null;
  #up = Number.NaN;
  #upAtMs = Number.NEGATIVE_INFINITY;
  #speedBytes = Number.NaN;
  #refreshedAtMs = Number.NEGATIVE_INFINITY;

  constructor(host: Host, device: string) {
    this.#host = host;
    this.#folder = `${host.roots.sys}/class/net/${device}`;
    this.#row = createRow(linkMetrics, { device });
    // Not a name that the kernel would allow: it must not lead out of the folder.
    if (device.includes('/') || device === '.' || device === '..')
      this.#refreshedAtMs = Number.POSITIVE_INFINITY;
  }

  read(sink: SampleSink): void {
    const now = this.#host.clock.monotonic();
    if (now - this.#refreshedAtMs >= refreshMs) {
      this.#refreshedAtMs = now;
      this.#speedBytes = this.#readSpeed();
      this.#stateFile ??= this.#host.keep(`${this.#folder}/operstate`);
    }
    if (now - this.#upAtMs >= stateEveryMs - timerSlackMs) {
      this.#upAtMs = now;
      this.#up = this.#readUp();
    }
    this.#row.set(sink, 0, this.#up);
    this.#row.set(sink, 1, this.#speedBytes);
  }

  close(): void {
    if (this.#stateFile === null) return;
    this.#stateFile.close();
    this.#stateFile = null;
    this.#refreshedAtMs = Number.NEGATIVE_INFINITY;
    this.#upAtMs = Number.NEGATIVE_INFINITY;
  }

  #readUp(): number {
    if (this.#stateFile === null) return Number.NaN;
    try {
      const cursor = this.#stateFile.read();
      if (!cursor.nextLine()) return Number.NaN;
      const state = operationalStates.find((word) => cursor.accept(word));
      if (state === undefined || cursor.position !== cursor.lineEnd) return Number.NaN;
      return state === 'up' ? 1 : 0;
    } catch {
      // The interface went, or sysfs is not mounted; the next attempt comes with the next refresh.
      this.#stateFile = null;
      return Number.NaN;
    }
  }

  #readSpeed(): number {
    try {
      const cursor = this.#host.readBytes(`${this.#folder}/speed`);
      const megabits = cursor.nextLine() ? cursor.decimal() : Number.NaN;
      return megabits > 0 && megabits < unknownSpeed ? megabits * bytesPerMegabit : Number.NaN;
    } catch {
      // EINVAL is how drivers say that there is no such thing as a speed.
      return Number.NaN;
    }
  }
}
