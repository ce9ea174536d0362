// What spool and uplink count about themselves, as metrics of the node.
import { dataClasses } from '../shared/model/delivery.ts';
import type { MetricDefinition } from '../shared/model/metric.ts';
import type { Sampler } from './sampler/sampler.ts';
import type { Spool } from './spool/spool.ts';
import type { UplinkStatistics } from './uplink/uplink.ts';

const metrics = {
  bytes: {
    name: 'jidi_agent_buffer_bytes',
    kind: 'gauge',
    decimals: 0,
    help: 'Memory held by data that is not acknowledged.',
  },
  dropped: {
    name: 'jidi_agent_dropped_total',
    kind: 'counter',
    decimals: 0,
    help: 'Ticks, snapshots and reports that were lost because the buffer was full or the collector refused them, by class.',
  },
  connects: {
    name: 'jidi_agent_connects_total',
    kind: 'counter',
    decimals: 0,
    help: 'Attempts to reach the collector.',
  },
  sent: {
    name: 'jidi_agent_sent_batches_total',
    kind: 'counter',
    decimals: 0,
    help: 'Batches sent to the collector.',
  },
  offset: {
    name: 'jidi_agent_clock_offset_seconds',
    kind: 'gauge',
    decimals: 3,
    help: "How far the collector's clock is ahead of the node's.",
  },
} as const satisfies Record<string, MetricDefinition>;

/** For the reference of metrics. */
export const deliveryMetrics: readonly MetricDefinition[] = Object.values(metrics);

export function observeDelivery(
  sampler: Pick<Sampler, 'observe'>,
  spool: Spool,
  uplink: UplinkStatistics,
): void {
  sampler.observe(metrics.bytes, {}, () => spool.statistics.bytes);
  for (const dataClass of dataClasses) {
    sampler.observe(metrics.dropped, { class: dataClass }, () => spool.statistics.dropped[dataClass]);
  }
  sampler.observe(metrics.connects, {}, () => uplink.connects);
  sampler.observe(metrics.sent, {}, () => uplink.sentBatches);
  sampler.observe(metrics.offset, {}, () => (uplink.clockOffsetMs ?? Number.NaN) / 1000);
}
