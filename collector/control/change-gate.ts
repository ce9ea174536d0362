// Publishes that a command has changed, however many nodes report at once: each command at most ten times a second.
import type { Clock } from '../../shared/clock.ts';
import type { LiveBus } from '../live/live-bus.ts';

const gatherMs = 100;

export class ChangeGate {
  readonly #bus: LiveBus;
  readonly #clock: Clock;
  readonly #ids = new Set<string>();
  #stopTimer: (() => void) | undefined;

  constructor(bus: LiveBus, clock: Clock) {
    this.#bus = bus;
    this.#clock = clock;
  }

  changed(commandId: string): void {
    this.#ids.add(commandId);
    this.#stopTimer ??= this.#clock.after(gatherMs, () => this.#publish());
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #publish(): void {
    this.stop();
    for (const id of this.#ids) this.#bus.publish({ kind: 'command', id });
    this.#ids.clear();
  }
}
