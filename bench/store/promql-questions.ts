// The questions in PromQL, for all who speak it. In: a door to its HTTP API. Out: answers, as JSON.
import type { Questions } from './engine.ts';
import type { HttpDoor } from './http-door.ts';

const stepSeconds = 60;

/** `inOne`: functions may go over many metrics at once. `more`: parameters for every question. */
export function promqlQuestions(
  door: HttpDoor,
  { inOne, more }: { inOne: boolean; more: string },
): Questions {
  const range = (query: string, from: number, to: number) =>
    door.get(
      `/api/v1/query_range?query=${encodeURIComponent(query)}&start=${from}&end=${to}&step=${stepSeconds}${more}`,
    );
  const instant = (query: string, at?: number) =>
    door.get(
      `/api/v1/query?query=${encodeURIComponent(query)}${at === undefined ? '' : `&time=${at}`}${more}`,
    );
  const average = (selector: string) => `avg_over_time(${selector}[1m])`;
  return {
    nodePage({ node, metrics, from, to }) {
      if (inOne) return range(average(`{__name__=~"${metrics.join('|')}",node="${node}"}`), from, to);
      return Promise.all(metrics.map((metric) => range(average(`${metric}{node="${node}"}`), from, to)));
    },
    acrossNodes: ({ metric, from, to }) => range(average(metric), from, to),
    percentile: ({ metric, from, to }) => range(`quantile(0.99, ${average(metric)})`, from, to),
    mapAt: ({ metric, at }) => instant(metric, at),
    mapNow: ({ metric }) => instant(metric),
    oneSeries: ({ node, metric, from, to }) => range(average(`${metric}{node="${node}"}`), from, to),
  };
}
