// The made-up series of the groups that open on demand: a two-socket node with four GPUs, InfiniBand and two jobs.

export type Shape = (time: number) => number | null;
export type FakeSeries = readonly (readonly [labels: Record<string, string>, shape: Shape])[];

/** 0 to 1, the same for the same numbers. */
export function noise(...seeds: readonly number[]): number {
  let hash = 2166136261;
  for (const seed of seeds) hash = Math.imul(hash ^ Math.round(seed), 16777619) ^ (hash >>> 13);
  return ((hash >>> 8) & 0xffff) / 0xffff;
}

export function wave(seed: number, time: number): number {
  return 0.5 + 0.5 * Math.sin(time / (60 + seed * 17) + seed);
}

function each(
  label: string,
  values: readonly string[],
  shape: (at: number, time: number) => number,
): FakeSeries {
  return values.map((value, at) => [{ [label]: value }, (time: number) => shape(at, time)]);
}

const one = (shape: Shape): FakeSeries => [[{}, shape]];
const sockets = ['0', '1'];
const gpus = ['0', '1', '2', '3'];
const disks = ['nvme0n1', 'nvme1n1'];
const jobs = ['48213', '48219', '<b>48220</b>'];
const port = { device: 'mlx5_0', port: '1' };
const sensors = ['coretemp package_id_0', 'coretemp package_id_1', 'nvme composite'];

function sensor(at: number): Record<string, string> {
  const [chip = '', name = ''] = (sensors[at] ?? '').split(' ');
  return { chip, sensor: name };
}

/** Rates of what is a counter. */
export const groupSeries: Readonly<Record<string, FakeSeries>> = {
  jidi_cpu_frequency_hertz: sockets.flatMap((socket, at) =>
    ['min', 'mean', 'max'].map(
      (stat, rank) =>
        [{ package: socket, stat }, (time: number) => 2e9 + rank * 5e8 + 2e8 * wave(at, time)] as const,
    ),
  ),
  jidi_cpu_package_throttled_seconds_total: each('package', sockets, (at, time) => 0.02 * at * wave(5, time)),
  node_context_switches_total: one((time) => 42_000 + 9000 * noise(time / 5)),
  node_intr_total: one((time) => 21_000 + 3000 * noise(time / 5, 2)),
  node_forks_total: one((time) => 12 * noise(time / 5, 3)),
  node_procs_running: one((time) => Math.round(11 + 3 * noise(time / 5, 4))),
  node_procs_blocked: one((time) => Math.round(2 * noise(time / 5, 6))),
  jidi_memory_bandwidth_total_bytes_total: each('domain', sockets, (at, time) => 9e10 * wave(at + 1, time)),
  jidi_memory_bandwidth_local_bytes_total: each('domain', sockets, (at, time) => 8e10 * wave(at + 1, time)),
  node_memory_numa_MemUsed: each('node', sockets, (at, time) => 2e10 + 4e9 * wave(at, time)),
  node_vmstat_pswpin: one((time) => 4 * noise(time / 30)),
  node_vmstat_pswpout: one(() => 0),
  node_vmstat_pgmajfault: one((time) => 31 * noise(time / 15)),
  jidi_gpu_utilization_ratio: each('gpu', gpus, (at, time) => 0.95 * wave(at, time / 2)),
  jidi_gpu_memory_busy_ratio: each('gpu', gpus, (at, time) => 0.4 * wave(at, time / 2)),
  jidi_gpu_memory_used_bytes: each('gpu', gpus, (at) => (at + 1) * 1.7e10),
  jidi_gpu_power_watts: each('gpu', gpus, (at, time) => 90 + 600 * wave(at, time / 2)),
  jidi_gpu_temperature_celsius: each('gpu', gpus, (at, time) => 38 + 30 * wave(at, time / 3)),
  jidi_gpu_throttle_seconds_total: gpus.flatMap((gpu, at) =>
    ['sw_power_cap', 'hw_thermal_slowdown'].map(
      (reason, rank) => [{ gpu, reason }, (time: number) => 0.3 * rank * wave(at, time)] as const,
    ),
  ),
  jidi_gpu_nvlink_receive_bytes_total: each('gpu', gpus, (at, time) => 4e10 * wave(at, time)),
  jidi_gpu_nvlink_transmit_bytes_total: each('gpu', gpus, (at, time) => 3e10 * wave(at + 1, time)),
  node_disk_read_time_seconds_total: each('device', disks, (at, time) => 0.05 * wave(at, time)),
  node_disk_write_time_seconds_total: each('device', disks, (at, time) => 0.4 * wave(at + 2, time)),
  node_disk_reads_completed_total: each('device', disks, (at, time) => 900 * (0.1 + wave(at, time / 3))),
  node_disk_writes_completed_total: each('device', disks, (at, time) => 300 * (0.1 + wave(at, time / 2))),
  node_disk_io_time_weighted_seconds_total: each('device', disks, (at, time) => 3 * wave(at + 3, time)),
  node_infiniband_port_data_received_bytes_total: [[port, (time) => 1.1e10 * wave(3, time)]],
  node_infiniband_port_data_transmitted_bytes_total: [[port, (time) => 0.9e10 * wave(4, time)]],
  node_infiniband_port_errors_received_total: [[port, () => 0]],
  node_netstat_Tcp_RetransSegs: one((time) => 3 * noise(time / 5, 9)),
  node_netstat_TcpExt_TCPTimeouts: one((time) => 0.4 * noise(time / 5, 8)),
  jidi_job_cpu_seconds_total: jobs.flatMap((job, at) =>
    ['user', 'system'].map(
      (mode, rank) =>
        [
          { job, scheduler: 'slurm', mode },
          (time: number) => (rank === 0 ? 5 : 0.3) * wave(at, time),
        ] as const,
    ),
  ),
  jidi_job_memory_bytes: each('job', jobs, (at, time) => 8e9 * (at + wave(at, time))),
  jidi_job_io_read_bytes_total: each('job', jobs, (at, time) => 3e7 * at * noise(time / 5, at)),
  jidi_job_io_written_bytes_total: each('job', jobs, (at, time) => 2e7 * at * noise(time / 5, at + 3)),
  jidi_job_oom_kills_total: each('job', jobs, (at, time) => (at === 1 && time % 4000 > 2000 ? 1 : 0)),
  node_hwmon_temp_celsius: sensors.map((_, at) => [
    sensor(at),
    (time: number) => 45 + 9 * at + 6 * wave(at, time),
  ]),
  node_rapl_package_joules_total: each('index', sockets, (at, time) => 90 + 110 * wave(at, time)),
  node_edac_correctable_errors_total: each('controller', sockets, (at) => at * 3),
  node_edac_uncorrectable_errors_total: each('controller', sockets, () => 0),
  jidi_timesync_offset_seconds: one((time) => 2e-4 * (wave(2, time) - 0.5)),
  jidi_agent_cpu_seconds_total: one((time) => 0.002 + 0.001 * noise(time / 5)),
  jidi_agent_resident_bytes: one(() => 5.2e7),
  jidi_agent_anonymous_bytes: one(() => 1.2e7),
};
