// In: the samples of the head. Out: those of one node after another, added to what the files have of it.
import type { HeadSamples } from '../front/reader-door.ts';
import type { SeriesSelection } from '../store.ts';
import type { SampleGatherer } from './sample-gatherer.ts';
import type { SampleStep } from './sample-steps.ts';
import { seriesKey } from './store-files.ts';

export interface HeadScope {
  readonly wish: SeriesSelection;
  readonly step: SampleStep;
  readonly lookbackMs: number;
}

export class HeadRuns {
  readonly #head: HeadSamples;
  /** By node. */
  readonly #runs = new Map<number, number[]>();

  constructor(head: HeadSamples) {
    this.#head = head;
    for (const [run, node] of head.nodeOf.entries()) {
      const known = this.#runs.get(node);
      if (known === undefined) this.#runs.set(node, [run]);
      else known.push(run);
    }
  }

  addTo(into: SampleGatherer, node: number, { wish, step, lookbackMs }: HeadScope): void {
    const { series: all, seriesOf, starts, timesMs, values } = this.#head;
    for (const run of this.#runs.get(node) ?? []) {
      const series = all[seriesOf[run] ?? 0];
      const [begin = 0, end = 0] = [starts[run], starts[run + 1]];
      const [first = 0, last = 0] = [timesMs[begin], timesMs[end - 1]];
      if (series === undefined || end === begin || !step.series.has(seriesKey(series))) continue;
      if (last < wish.fromMs - lookbackMs || first > wish.toMs) continue;
      const piece = { timesMs: timesMs.subarray(begin, end), values: values.subarray(begin, end) };
      into.add(node, into.seriesNumber(series), piece);
    }
  }
}
