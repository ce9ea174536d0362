// What the parts of the agent count about themselves, as metrics of the node: every bound has its figure here.
import { dataClasses } from '../shared/model/delivery.ts';
import { counter, gauge, type MetricDefinition } from '../shared/model/metric.ts';
import type { CollectorLine } from './collector-line.ts';
import type { AgentControl } from './control/agent-control.ts';
import type { ExecutorChild } from './control/executor-child.ts';
import type { ProcessScanner } from './processes/process-scanner.ts';
import type { ChildProfiler } from './profiler/child/child-profiler.ts';
import type { Sampler } from './sampler/sampler.ts';
import type { Spool } from './spool/spool.ts';
import type { UplinkStatistics } from './uplink/uplink.ts';

const delivery = {
  bytes: gauge(
    'jidi_agent_buffer_bytes',
    0,
    'What the buffer between measuring and sending takes, by place: on disk, or in memory where there is no disk.',
  ),
  queue: gauge('jidi_agent_buffer_queue_bytes', 0, 'Memory held by the newest data of the buffer.'),
  waiting: gauge('jidi_agent_buffer_batches', 0, 'Batches that wait for the receipt of the collector.'),
  backlog: gauge('jidi_agent_backlog_age_seconds', 1, 'Age of the oldest of them; 0 when none waits.'),
  dropped: counter('jidi_agent_dropped_total', 0, 'Ticks, snapshots and reports that were lost, by class.'),
  droppedFor: counter(
    'jidi_agent_dropped_for_total',
    0,
    'The same by reason: the buffer was full, its file was damaged, metrics were thinned, a batch was refused.',
  ),
  writes: counter('jidi_agent_buffer_writes_total', 0, 'Writes of the buffer to its disk.'),
  writeErrors: counter('jidi_agent_buffer_write_errors_total', 0, 'How often the disk refused the buffer.'),
  syncs: counter(
    'jidi_agent_buffer_syncs_total',
    0,
    'How often the buffer waited until its data would outlive the machine.',
  ),
  connects: counter('jidi_agent_connects_total', 0, 'Attempts to reach the collector, by stream.'),
  sent: counter('jidi_agent_sent_batches_total', 0, 'Batches sent to the collector, by stream.'),
  refused: counter(
    'jidi_agent_refused_batches_total',
    0,
    'Batches that the collector refused or that could not be sent, by stream.',
  ),
  roundTrip: gauge(
    'jidi_agent_round_trip_seconds',
    3,
    'How long the last heartbeat took to the collector and back.',
  ),
  offset: gauge(
    'jidi_agent_clock_offset_seconds',
    3,
    "How far the collector's clock is ahead of the node's.",
  ),
  collectors: counter(
    'jidi_agent_collector_changes_total',
    0,
    'How often another collector was spoken to than before.',
  ),
  certificate: gauge(
    'jidi_agent_certificate_left_seconds',
    0,
    'How long the certificate of the node is still good, below 0 it has expired; absent without one.',
  ),
  renewals: counter('jidi_agent_certificate_renewals_total', 0, 'Certificates that were renewed.'),
  renewalFailures: counter(
    'jidi_agent_certificate_renewal_failures_total',
    0,
    'Attempts to renew the certificate that came to nothing.',
  ),
};

const work = {
  leftOut: gauge(
    'jidi_agent_processes_left_out',
    0,
    'Processes that are not followed because there are too many.',
  ),
  postponed: gauge(
    'jidi_agent_processes_postponed',
    0,
    'Processes that were due to be read and had to wait, so that one scan does not cost too much.',
  ),
  profiles: gauge('jidi_agent_profiles_running', 0, 'Profiles that are being taken.'),
  commands: gauge('jidi_agent_commands_running', 0, 'Commands that were handed to the executor.'),
  begun: counter('jidi_agent_commands_begun_total', 0, 'Commands handed to the executor since start.'),
  repeated: counter('jidi_agent_commands_repeated_total', 0, 'Directives for commands begun before.'),
  refused: counter('jidi_agent_commands_refused_total', 0, 'Commands that the agent itself did not begin.'),
  restarts: counter(
    'jidi_agent_executor_restarts_total',
    0,
    'How often the executor ended and was started again; absent when a service runs it.',
  ),
};

/** For the reference of metrics. */
export const deliveryMetrics: readonly MetricDefinition[] = Object.values(delivery);
export const workMetrics: readonly MetricDefinition[] = Object.values(work);

export interface DeliveryParts {
  readonly spool: Pick<Spool, 'statistics'>;
  readonly line: Pick<CollectorLine, 'statistics'>;
  readonly telemetry: { readonly statistics: UplinkStatistics };
  readonly control: { readonly statistics: UplinkStatistics };
}

const droppedReasons = ['buffer-full', 'damaged', 'thinned', 'refused'] as const;

type Observer = Pick<Sampler, 'observe'>;

export function observeDelivery(sampler: Observer, parts: DeliveryParts): void {
  const { spool, line, telemetry, control } = parts;
  const { statistics: buffer } = spool;
  sampler.observe(delivery.bytes, { place: buffer.place }, () => buffer.bytes);
  sampler.observe(delivery.queue, {}, () => buffer.queueBytes);
  sampler.observe(delivery.waiting, {}, () => buffer.batches);
  sampler.observe(delivery.backlog, {}, () => buffer.backlogAgeMs / 1000);
  for (const dataClass of dataClasses) {
    sampler.observe(delivery.dropped, { class: dataClass }, () => buffer.dropped[dataClass]);
  }
  for (const reason of droppedReasons) {
    sampler.observe(delivery.droppedFor, { reason }, () => buffer.droppedFor[reason]);
  }
  if (buffer.place === 'disk') {
    sampler.observe(delivery.writes, {}, () => buffer.writes);
    sampler.observe(delivery.writeErrors, {}, () => buffer.writeErrors);
    sampler.observe(delivery.syncs, {}, () => buffer.syncs);
  }
  for (const [stream, { statistics }] of Object.entries({ telemetry, control })) {
    sampler.observe(delivery.connects, { stream }, () => statistics.connects);
    sampler.observe(delivery.sent, { stream }, () => statistics.sentBatches);
    sampler.observe(delivery.refused, { stream }, () => statistics.refusedBatches);
  }
  observeLine(sampler, line);
  // Only the telemetry stream has heartbeats.
  sampler.observe(delivery.roundTrip, {}, () => (telemetry.statistics.roundTripMs ?? Number.NaN) / 1000);
  sampler.observe(delivery.offset, {}, () => (telemetry.statistics.clockOffsetMs ?? Number.NaN) / 1000);
}

function observeLine(sampler: Observer, line: DeliveryParts['line']): void {
  sampler.observe(delivery.collectors, {}, () => line.statistics.changes);
  sampler.observe(delivery.certificate, {}, () => (line.statistics.certificateLeftMs ?? Number.NaN) / 1000);
  sampler.observe(delivery.renewals, {}, () => line.statistics.renewals);
  sampler.observe(delivery.renewalFailures, {}, () => line.statistics.failures);
}

export interface WorkParts {
  readonly scanner: Pick<ProcessScanner, 'droppedCount' | 'postponedCount'>;
  readonly profiler: Pick<ChildProfiler, 'runningCount'>;
  readonly commands: Pick<AgentControl, 'statistics'>;
  /** null when a service runs the executor. */
  readonly executor: Pick<ExecutorChild, 'restarts'> | null;
}

export function observeWork(sampler: Observer, { scanner, profiler, commands, executor }: WorkParts): void {
  sampler.observe(work.leftOut, {}, () => scanner.droppedCount);
  sampler.observe(work.postponed, {}, () => scanner.postponedCount);
  sampler.observe(work.profiles, {}, () => profiler.runningCount);
  sampler.observe(work.commands, {}, () => commands.statistics.running);
  sampler.observe(work.begun, {}, () => commands.statistics.begun);
  sampler.observe(work.repeated, {}, () => commands.statistics.repeated);
  sampler.observe(work.refused, {}, () => commands.statistics.refused);
  if (executor !== null) sampler.observe(work.restarts, {}, () => executor.restarts);
}
