// In: ticks and snapshots of the nodes of one group, in the order in which they came. Out: they are in the hot files of their
// hours, not committed yet. What is older than anything that is kept is left out, and counted.
import type { MetricTick } from '../../../shared/model/metric.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import type { LogPayload } from '../log/log-entry.ts';
import { hourMs } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import type { HotFile } from './hot-file.ts';
import type { HotFiles } from './hot-files.ts';
import { isOutdated } from './outdated.ts';
import { inOrder } from './tick-block.ts';

export interface NodeBatchOptions {
  readonly numberOf: (node: string) => number | undefined;
  readonly oldestMs: number;
  readonly yieldTurn: YieldTurn;
}

type ByNode<T> = Map<string, T[]>;

export class NodeBatch {
  readonly #files: HotFiles;
  readonly #options: NodeBatchOptions;
  /** By hour. */
  #ticks = new Map<number, ByNode<MetricTick>>();
  #snapshots = new Map<number, ByNode<ProcessSnapshot>>();
  ticks = 0;
  snapshots = 0;
  doubles = 0;
  outdated = 0;

  constructor(files: HotFiles, options: NodeBatchOptions) {
    this.#files = files;
    this.#options = options;
  }

  add(node: string, payload: LogPayload | null): void {
    if (payload?.kind === 'metrics') this.#sort(this.#ticks, node, payload.ticks);
    if (payload?.kind === 'processes') this.#sort(this.#snapshots, node, payload.snapshots);
  }

  async write(): Promise<void> {
    const { yieldTurn } = this.#options;
    for (const [hour, nodes] of this.#ticks) {
      await yieldTurn();
      await this.#writeTicks(await this.#files.file(hour), nodes);
    }
    for (const [hour, nodes] of this.#snapshots) {
      await yieldTurn();
      await this.#writeSnapshots(await this.#files.file(hour), nodes);
    }
    this.#ticks = new Map();
    this.#snapshots = new Map();
    await this.#files.commitMuch(yieldTurn);
  }

  async #writeTicks(file: HotFile, nodes: ByNode<MetricTick>): Promise<void> {
    const ordered = new Map<string, readonly MetricTick[]>();
    for (const [node, came] of nodes) {
      const ticks = inOrder(came);
      this.ticks += ticks.length;
      this.doubles += came.length - ticks.length;
      ordered.set(node, ticks);
    }
    await file.put(ordered, this.#options);
  }

  async #writeSnapshots(file: HotFile, nodes: ByNode<ProcessSnapshot>): Promise<void> {
    for (const [node, snapshots] of nodes) {
      const doubles = file.putSnapshots(node, snapshots, this.#options.numberOf(node));
      this.snapshots += snapshots.length - doubles;
      this.doubles += doubles;
      await this.#options.yieldTurn();
    }
  }

  #sort<T extends { readonly timeMs: number }>(
    hours: Map<number, ByNode<T>>,
    node: string,
    items: readonly T[],
  ): void {
    for (const item of items) {
      const hour = Math.floor(item.timeMs / hourMs);
      if (isOutdated(item.timeMs, this.#options.oldestMs)) {
        this.outdated += 1;
        continue;
      }
      const nodes = hours.get(hour) ?? new Map<string, T[]>();
      hours.set(hour, nodes);
      const known = nodes.get(node);
      if (known === undefined) nodes.set(node, [item]);
      else known.push(item);
    }
  }
}
