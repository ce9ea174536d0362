import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../collector/web/api/client.ts';
import type { SeriesWindow } from '../../../collector/web/api/resources.ts';
import { type FetchSeries, MetricFeed, queryKey } from '../../../collector/web/charts/metric-feed.ts';

const query = { metric: 'm', rate: true } as const;

/** Answers with the time as value, and remembers what it was asked. */
function recorder(): { readonly asked: SeriesWindow[]; readonly fetch: FetchSeries } {
  const asked: SeriesWindow[] = [];
  return {
    asked,
    fetch: ({ metric }, window) => {
      asked.push(window);
      const samples: [number, number][] = [];
      const first = Math.ceil(window.from / window.step) * window.step;
      for (let time = first; time <= window.to; time += window.step) samples.push([time, time]);
      return Promise.resolve([{ metric, node: 'n', labels: {}, samples }]);
    },
  };
}

describe('MetricFeed', () => {
  it('asks only for what is new when the window moves on', async () => {
    const { asked, fetch } = recorder();
    const feed = new MetricFeed([query], fetch);
    await feed.show({ from: 0, to: 100, step: 10 });
    await feed.show({ from: 10, to: 110, step: 10 });
    expect(asked.map(({ from, to }) => [from, to])).toEqual([
      [0, 100],
      [80, 110],
    ]);
    const samples = feed.state.value.series.get(queryKey(query))?.[0]?.samples ?? [];
    expect(samples.map(([time]) => time)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110]);
  });

  it('loads afresh when the range or the step changes', async () => {
    const { asked, fetch } = recorder();
    const feed = new MetricFeed([query], fetch);
    await feed.show({ from: 0, to: 100, step: 10 });
    await feed.show({ from: 20, to: 40, step: 10 });
    await feed.show({ from: 0, to: 100, step: 20 });
    expect(asked.map(({ from }) => from)).toEqual([0, 20, 0]);
  });

  it('keeps what it had when a query fails, says so, and asks for all of it the next time', async () => {
    const good = recorder();
    let broken = false;
    const feed = new MetricFeed([query], (...asked) =>
      broken
        ? Promise.reject(new ApiError({ code: 'unreachable', status: 0, detail: '', remedy: '' }))
        : good.fetch(...asked),
    );
    await feed.show({ from: 0, to: 100, step: 10 });
    broken = true;
    await feed.show({ from: 10, to: 110, step: 10 });
    expect(feed.state.value.errors.get(queryKey(query))?.code).toBe('unreachable');
    expect(feed.state.value.series.get(queryKey(query))?.[0]?.samples).toHaveLength(11);
    broken = false;
    await feed.show({ from: 20, to: 120, step: 10 });
    expect(good.asked.at(-1)?.from).toBe(20);
    expect(feed.state.value.errors.size).toBe(0);
  });

  it('drops the answer to a question that was overtaken', async () => {
    const answers: (() => void)[] = [];
    const { fetch } = recorder();
    const feed = new MetricFeed([query], (asked, window, signal) =>
      new Promise<void>((resolve) => {
        answers.push(resolve);
      }).then(() => fetch(asked, window, signal)),
    );
    const first = feed.show({ from: 0, to: 100, step: 10 });
    const second = feed.show({ from: 1000, to: 1100, step: 10 });
    for (const answer of answers.reverse()) answer();
    await Promise.all([first, second]);
    expect(feed.state.value.window?.from).toBe(1000);
  });
});
