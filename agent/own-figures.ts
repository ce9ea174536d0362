// What spool and uplink count about themselves, as metrics of the node.
import { dataClasses } from '../shared/model/delivery.ts';
import { counter, gauge, type MetricDefinition } from '../shared/model/metric.ts';
import type { Sampler } from './sampler/sampler.ts';
import type { Spool } from './spool/spool.ts';
import type { UplinkStatistics } from './uplink/uplink.ts';

const metrics = {
  bytes: gauge('jidi_agent_buffer_bytes', 0, 'Memory held by data that is not acknowledged.'),
  dropped: counter(
    'jidi_agent_dropped_total',
    0,
    'Ticks, snapshots and reports that were lost because the buffer was full or the collector refused them, by class.',
  ),
  connects: counter('jidi_agent_connects_total', 0, 'Attempts to reach the collector.'),
  sent: counter('jidi_agent_sent_batches_total', 0, 'Batches sent to the collector.'),
  offset: gauge(
    'jidi_agent_clock_offset_seconds',
    3,
    "How far the collector's clock is ahead of the node's.",
  ),
};

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
