// Which seconds a node has measured, as the collector keeps them, and what it says is lost.
import type { MetricSeries } from '../../shared/api/metric.ts';
import type { NodeDetail } from '../../shared/api/node.ts';
import type { LabCluster } from './lab-cluster.ts';

/** Seconds since the epoch, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const metric = 'node_load1';

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** The seconds of the span without a sample, except those within the spans in which the agent was being restarted. */
export async function missingSeconds(
  cluster: LabCluster,
  node: string,
  { from, to }: Span,
  excused: readonly Span[],
): Promise<readonly number[]> {
  const path = `/api/v1/nodes/${node}/metrics?metric=${metric}&from=${from}&to=${to}&step=1s`;
  const series = await cluster.json<readonly MetricSeries[]>(path);
  const measured = new Set(
    series.flatMap(({ samples }) =>
      samples.flatMap(([time, value]) => (value === null ? [] : [Math.round(time)])),
    ),
  );
  const seconds = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return seconds.filter(
    (second) => !measured.has(second) && !excused.some((span) => second >= span.from && second <= span.to),
  );
}

/** Declared losses, except those which say that nothing ran that could have measured. */
export async function declaredLosses(
  cluster: LabCluster,
  node: string,
): Promise<readonly NodeDetail['gaps'][number][]> {
  const { gaps } = await cluster.json<NodeDetail>(`/api/v1/nodes/${node}`);
  return gaps.filter(({ reason }) => reason !== 'restart');
}
