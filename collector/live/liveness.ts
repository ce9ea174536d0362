// In: the states of all nodes, looked at every few seconds. Out: a change on the live bus for each that is new.
// Silence makes no event of its own, so somebody has to look.
import type { Node } from '../../shared/api/node.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/log.ts';
import type { Query } from '../query/query.ts';
import type { LiveBus } from './live-bus.ts';

export interface LivenessOptions {
  readonly query: Pick<Query, 'nodes'>;
  readonly bus: LiveBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly intervalMs?: number;
}

export class Liveness {
  readonly #options: LivenessOptions;
  /** null until the first look: what was so before is no change. */
  #states: ReadonlyMap<string, Node['state']> | null = null;
  #failing = false;
  #running = false;
  #cancel: (() => void) | undefined;

  constructor(options: LivenessOptions) {
    this.#options = options;
  }

  /** Looks at once, then again and again. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#loop();
  }

  /** Idempotent. */
  stop(): void {
    this.#running = false;
    this.#cancel?.();
  }

  async #loop(): Promise<void> {
    try {
      this.#compare(await this.#options.query.nodes());
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#options.log.warn({ err: error }, 'node states not read');
      this.#failing = true;
    }
    if (!this.#running) return;
    this.#cancel = this.#options.clock.after(this.#options.intervalMs ?? 3000, () => void this.#loop());
  }

  #compare(nodes: readonly Node[]): void {
    const before = this.#states;
    this.#states = new Map(nodes.map((node) => [node.name, node.state]));
    if (before === null || !this.#running) return;
    for (const { name, state } of nodes) {
      if (before.get(name) !== state) this.#options.bus.publish({ kind: 'node', node: name });
    }
  }
}
