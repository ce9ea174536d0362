// The questions as jidi's HTTP API takes them. In: a door to it. Out: answers, as JSON.
import type { Questions } from './engine.ts';
import type { HttpDoor } from './http-door.ts';

export function collectorQuestions(door: HttpDoor): Questions {
  const range = (nodes: string, metrics: readonly string[], more: string) =>
    door.get(`api/v1/range?nodes=${encodeURIComponent(nodes)}&metrics=${metrics.join(',')}&step=1m&${more}`);
  const times = ({ from, to }: { from: number; to: number }) => `from=${from}&to=${to}`;
  return {
    nodePage: ({ node, metrics, ...when }) => range(node, metrics, `${times(when)}&bands=false`),
    acrossNodes: ({ nodes, metric, ...when }) => range(setOf(nodes), [metric], `${times(when)}&bands=false`),
    percentile: ({ nodes, metric, ...when }) => range(setOf(nodes), [metric], `${times(when)}&across=p99`),
    mapAt: ({ at }) => door.get(`api/v1/map?at=${at}`),
    mapNow: () => door.get('api/v1/map'),
    oneSeries: ({ node, metric, ...when }) => range(node, [metric], `${times(when)}&bands=false`),
  };
}

/** Nodes are numbered: `n[001-512]`. */
function setOf(nodes: readonly string[]): string {
  const [first = ''] = nodes;
  const last = nodes.at(-1) ?? first;
  const prefix = first.replace(/\d+$/, '');
  return nodes.length === 1 ? first : `${prefix}[${first.slice(prefix.length)}-${last.slice(prefix.length)}]`;
}
