// Which recorded series a simulated node tells, the most telling first. In: the recording. Out: prepared signals. A metric that
// the recording lacks is left out.
import type { Recording } from '../recording.ts';
import { prepareSignal, type RecordedSignal } from './recorded-signals.ts';

const loads = ['node_load1', 'node_load5', 'node_load15'];
const memory = [
  'MemTotal',
  'MemAvailable',
  'MemFree',
  'Buffers',
  'Cached',
  'Active',
  'Inactive',
  'Active_anon',
]
  .concat([
    'Inactive_anon',
    'Active_file',
    'Inactive_file',
    'Dirty',
    'Writeback',
    'AnonPages',
    'Mapped',
    'Shmem',
  ])
  .concat([
    'Slab',
    'SReclaimable',
    'SUnreclaim',
    'KernelStack',
    'PageTables',
    'Committed_AS',
    'SwapTotal',
    'SwapFree',
  ])
  .map((name) => `node_memory_${name}_bytes`);
const kernel = ['context_switches_total', 'intr_total', 'forks_total', 'procs_running', 'procs_blocked']
  .concat(['filefd_allocated'])
  .map((name) => `node_${name}`);
const pressure = ['cpu_waiting', 'io_waiting', 'io_stalled', 'memory_waiting', 'memory_stalled'].map(
  (name) => `node_pressure_${name}_seconds_total`,
);
const vmstat = ['node_vmstat_pgfault', 'node_vmstat_pgmajfault', 'node_vmstat_pgpgin', 'node_vmstat_pgpgout']
  .concat(['node_vmstat_pswpin', 'node_vmstat_pswpout', 'node_vmstat_oom_kill'])
  .concat(['jidi_vmstat_direct_reclaimed_pages_total', 'jidi_vmstat_direct_scanned_pages_total'])
  .concat(['jidi_vmstat_numa_migrated_pages_total', 'jidi_vmstat_compaction_stalls_total'])
  .concat(['jidi_vmstat_compaction_failures_total', 'jidi_vmstat_huge_page_faults_total'])
  .concat(['jidi_vmstat_huge_page_fallbacks_total']);
const disk = [
  'reads_completed_total',
  'read_bytes_total',
  'read_time_seconds_total',
  'writes_completed_total',
]
  .concat(['written_bytes_total', 'write_time_seconds_total', 'io_now', 'io_time_seconds_total'])
  .concat(['io_time_weighted_seconds_total', 'flush_requests_total'])
  .map((name) => `node_disk_${name}`);
const network = [
  'receive_bytes_total',
  'transmit_bytes_total',
  'receive_packets_total',
  'transmit_packets_total',
]
  .concat(['receive_drop_total', 'transmit_drop_total', 'receive_errs_total', 'transmit_errs_total'])
  .map((name) => `node_network_${name}`);
const sockets = ['Tcp_ActiveOpens', 'Tcp_PassiveOpens', 'Tcp_CurrEstab', 'Tcp_InSegs', 'Tcp_OutSegs']
  .concat(['Tcp_RetransSegs', 'Tcp_OutRsts', 'Udp_InDatagrams', 'Udp_OutDatagrams', 'IpExt_InOctets'])
  .map((name) => `node_netstat_${name}`)
  .concat(
    ['sockets_used', 'TCP_inuse', 'TCP_tw', 'TCP_mem', 'UDP_inuse'].map((name) => `node_sockstat_${name}`),
  );

/** Metric and, where the recorded device stands for another, its name here. */
type Choice = readonly [metric: string, recorded?: string, device?: string];

const choices: readonly Choice[] = [
  ...loads.map((metric): Choice => [metric]),
  ...memory.slice(0, 3).map((metric): Choice => [metric]),
  ...network.slice(0, 2).map((metric): Choice => [metric, 'lo', 'eth0']),
  ...disk.slice(0, 6).map((metric): Choice => [metric, 'sda', 'sda']),
  ...kernel.slice(0, 2).map((metric): Choice => [metric]),
  ...[...memory.slice(3), ...pressure, ...kernel.slice(2), ...vmstat].map((metric): Choice => [metric]),
  ...disk.slice(6).map((metric): Choice => [metric, 'sda', 'sda']),
  ...disk.map((metric): Choice => [metric, 'sda', 'nvme0n1']),
  ...network.slice(2).map((metric): Choice => [metric, 'lo', 'eth0']),
  ...network.slice(0, 4).map((metric): Choice => [metric, 'lo', 'lo']),
  ...sockets.map((metric): Choice => [metric]),
];

export function chooseSignals(recording: Recording): readonly RecordedSignal[] {
  return choices.flatMap(([metric, recorded, device]) => {
    const found = recording.series.find(
      (series) =>
        series.metric === metric && (recorded === undefined || series.labels['device'] === recorded),
    );
    if (found === undefined) return [];
    const { kind, decimals, labels } = found;
    const own = device === undefined ? labels : { ...labels, device };
    return [prepareSignal(found, { metric, kind, decimals, labels: own })];
  });
}
