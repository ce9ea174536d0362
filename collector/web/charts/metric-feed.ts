// In: a node, the queries of its charts, and the window to show. Out: the series of that window, kept up to date.
// A window that moves on is extended by what is new; any other change loads afresh. One load at a time.
//
// Invariants: `#target` is what was asked for last; an answer to an older question is dropped.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { MetricSeries } from '../../../shared/api/metric.ts';
import { ApiError, isAbort } from '../api/client.ts';
import type { SeriesQuery, SeriesWindow } from '../api/resources.ts';
import { mergeSeries } from './merge-series.ts';

export interface FeedState {
  /** By query key; a query that failed keeps what it had. */
  readonly series: ReadonlyMap<string, readonly MetricSeries[]>;
  readonly errors: ReadonlyMap<string, ApiError>;
  /** null until the first answer. */
  readonly window: SeriesWindow | null;
}

export type FetchSeries = (
  query: SeriesQuery,
  window: SeriesWindow,
  signal: AbortSignal,
) => Promise<readonly MetricSeries[]>;

export function queryKey({ metric, rate, match }: SeriesQuery): string {
  return `${rate === true ? 'rate ' : ''}${metric}{${match ?? ''}}`;
}

export class MetricFeed {
  readonly #queries: readonly SeriesQuery[];
  readonly #fetch: FetchSeries;
  readonly #state = signal<FeedState>({ series: new Map(), errors: new Map(), window: null });
  #target: SeriesWindow | null = null;
  #inFlight: AbortController | null = null;

  constructor(queries: readonly SeriesQuery[], fetch: FetchSeries) {
    this.#queries = queries;
    this.#fetch = fetch;
  }

  get state(): ReadonlySignal<FeedState> {
    return this.#state;
  }

  /** Settles when the window is shown, or at once when a load of the same range is still under way. */
  async show(window: SeriesWindow): Promise<void> {
    const target = this.#target;
    const goesOn = target !== null && continues(target, window);
    if (goesOn && this.#inFlight !== null) return;
    this.#inFlight?.abort();
    const controller = new AbortController();
    this.#inFlight = controller;
    this.#target = window;
    const loaded = this.#state.value.window;
    const freshFrom = goesOn && loaded !== null ? refetchFrom(loaded) : window.from;
    await this.#load(window, freshFrom, controller.signal);
    if (this.#inFlight === controller) this.#inFlight = null;
  }

  stop(): void {
    this.#inFlight?.abort();
    this.#inFlight = null;
  }

  async #load(window: SeriesWindow, freshFrom: number, signal: AbortSignal): Promise<void> {
    const series = new Map<string, readonly MetricSeries[]>();
    const errors = new Map<string, ApiError>();
    const before = this.#state.value.series;
    await Promise.all(
      this.#queries.map(async (query) => {
        const key = queryKey(query);
        const old = before.get(key) ?? [];
        try {
          const fresh = await this.#fetch(query, { ...window, from: freshFrom }, signal);
          const range = { keepFrom: window.from - window.step, freshFrom };
          series.set(key, freshFrom > window.from ? mergeSeries(old, fresh, range) : fresh);
        } catch (error) {
          series.set(key, old);
          if (error instanceof ApiError) errors.set(key, error);
          else if (!isAbort(error)) errors.set(key, unexpected(error));
        }
      }),
    );
    if (signal.aborted) return;
    // What failed is asked for again from the beginning, because the window then does not count as loaded.
    if (errors.size > 0) this.#target = null;
    this.#state.value = { series, errors, window };
  }
}

/** True when `next` is the same view, a little later. */
export function continues(target: SeriesWindow, next: SeriesWindow): boolean {
  const sameLength = Math.abs(next.to - next.from - (target.to - target.from)) < target.step;
  return next.step === target.step && sameLength && next.from >= target.from && next.from < target.to;
}

/** The last buckets are asked for again: samples may have reached the collector late. */
function refetchFrom(loaded: SeriesWindow): number {
  return (Math.floor(loaded.to / loaded.step) - 2) * loaded.step;
}

function unexpected(error: unknown): ApiError {
  return new ApiError({ code: 'unexpected', status: 0, detail: String(error), remedy: '' }, error);
}
