// What is told of a job's control group. Every series has the labels `job` and `scheduler`.
import { counter, gauge, type MetricDefinition } from '../../../shared/model/metric.ts';

export const jobMetrics = {
  jobs: gauge('jidi_job_cgroups', 0, 'Jobs that have control groups on this node.'),
  skipped: gauge(
    'jidi_job_cgroups_skipped',
    0,
    'Jobs that are not followed because there are too many at once; absent when none.',
  ),
  cpu: counter('jidi_job_cpu_seconds_total', 6, 'CPU time of all processes of the job, by mode.'),
  throttled: counter(
    'jidi_job_cpu_throttled_seconds_total',
    6,
    'Time in which the job had CPU work and was held back by its CPU limit.',
  ),
  memory: gauge('jidi_job_memory_bytes', 0, 'Memory charged to the job, page cache included.'),
  memoryPeak: gauge('jidi_job_memory_peak_bytes', 0, 'Most memory that was ever charged to the job.'),
  memoryLimit: gauge('jidi_job_memory_limit_bytes', 0, 'Memory limit of the job; absent when it has none.'),
  anonymous: gauge('jidi_job_memory_anonymous_bytes', 0, 'Memory of the job that no file backs.'),
  file: gauge('jidi_job_memory_file_bytes', 0, 'Page cache of the job, tmpfs and shared memory included.'),
  shared: gauge('jidi_job_memory_shared_bytes', 0, 'Shared memory and tmpfs of the job, e.g. /dev/shm.'),
  majorFaults: counter(
    'jidi_job_major_faults_total',
    0,
    'Page faults of the job that had to read from storage.',
  ),
  oomKills: counter(
    'jidi_job_oom_kills_total',
    0,
    'Processes of the job that were killed for lack of memory.',
  ),
  ioRead: counter('jidi_job_io_read_bytes_total', 0, 'Bytes the job read from a block device.'),
  ioWritten: counter('jidi_job_io_written_bytes_total', 0, 'Bytes the job wrote to a block device.'),
  ioReads: counter('jidi_job_io_reads_total', 0, 'Read requests of the job to a block device.'),
  ioWrites: counter('jidi_job_io_writes_total', 0, 'Write requests of the job to a block device.'),
  waiting: counter(
    'jidi_job_pressure_waiting_seconds_total',
    6,
    'Time in which some task of the job waited for the resource.',
  ),
  stalled: counter(
    'jidi_job_pressure_stalled_seconds_total',
    6,
    'Time in which all tasks of the job waited for the resource.',
  ),
  tasks: gauge('jidi_job_tasks', 0, 'Threads of the job, of all its processes together.'),
} as const satisfies Record<string, MetricDefinition>;
