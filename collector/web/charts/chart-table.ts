// The charts of the node page that open on demand, one line each: title in English and Chinese, unit, where its lines
// come from. A chart appears where the node has one of its metrics; a counter is shown as its rate.
// Loaded when the page has shown its first charts, so that a long list costs the first load nothing: nothing of what the
// page has loaded before is imported here.
import { chart, inOut, of, readWrite } from './chart-rows.ts';
import { gpuCharts } from './gpu-charts.ts';
import type { ChartEntry } from './table-panels.ts';

export type ChartGroup = 'processor' | 'memory' | 'gpu' | 'storage' | 'network' | 'jobs' | 'health' | 'agent';

const count = { asCount: true } as const;
const nfs = 'node_mountstats_nfs_';
const job = 'jidi_job_';
const port = 'node_infiniband_port_';

export const chartTable: Readonly<Record<ChartGroup, readonly ChartEntry[]>> = {
  processor: [
    chart('frequency', ['CPU frequency', 'CPU 频率'], 'hertz', [
      of('jidi_cpu_frequency_hertz', 'package stat'),
    ]),
    chart(
      'throttled',
      ['CPU throttled (share of time)', 'CPU 降频时间占比'],
      'ratio',
      [of('jidi_cpu_package_throttled_seconds_total', 'package')],
      { everySeconds: 30 },
    ),
    chart('switches', ['Context switches and interrupts', '上下文切换与中断'], 'perSecond', [
      of('node_context_switches_total', '', ['context switches', '上下文切换']),
      of('node_intr_total', '', 'cpu.interrupts'),
      of('node_forks_total', '', ['forks', '新建进程']),
    ]),
    chart('runnable', ['Running and waiting tasks', '运行与等待的任务'], 'number', [
      of('node_procs_running', '', 'processState.R'),
      of('node_procs_blocked', '', 'processState.D'),
    ]),
  ],
  memory: [
    chart(
      'bandwidth',
      ['Memory bandwidth', '内存带宽'],
      'bytesPerSecond',
      [
        of('jidi_memory_bandwidth_total_bytes_total', 'domain', ['total', '总计']),
        of('jidi_memory_bandwidth_local_bytes_total', 'domain', ['local', '本地']),
      ],
      { everySeconds: 5 },
    ),
    chart('numa', ['Memory in use per NUMA node', '各 NUMA 节点已用内存'], 'bytes', [
      of('node_memory_numa_MemUsed', 'node'),
    ]),
    chart(
      'numaRemote',
      ['Remote allocations per NUMA node (pages)', '各 NUMA 节点远程分配（页）'],
      'perSecond',
      [of('node_memory_numa_other_node_total', 'node')],
      { everySeconds: 10 },
    ),
    chart(
      'paging',
      ['Paging', '换页'],
      'perSecond',
      [
        of('node_vmstat_pswpin', '', ['swapped in', '换入']),
        of('node_vmstat_pswpout', '', ['swapped out', '换出']),
        of('node_vmstat_pgmajfault', '', ['major faults', '主缺页']),
      ],
      { everySeconds: 5 },
    ),
  ],
  gpu: gpuCharts,
  storage: [
    chart('diskBusy', ['Disk utilization', '磁盘利用率'], 'ratio', [
      of('node_disk_io_time_seconds_total', 'device'),
    ]),
    chart(
      'diskLatency',
      ['Disk latency', '磁盘延迟'],
      'seconds',
      readWrite('node_disk_read_time_seconds_total', 'node_disk_write_time_seconds_total', 'device', [
        { per: 'node_disk_reads_completed_total' },
        { per: 'node_disk_writes_completed_total' },
      ]),
    ),
    chart('diskQueue', ['Disk queue', '磁盘队列'], 'number', [
      of('node_disk_io_time_weighted_seconds_total', 'device'),
    ]),
    chart(
      'diskOperations',
      ['Disk operations', '磁盘操作'],
      'perSecond',
      readWrite('node_disk_reads_completed_total', 'node_disk_writes_completed_total', 'device'),
    ),
    chart(
      'nfs',
      ['NFS throughput', 'NFS 吞吐率'],
      'bytesPerSecond',
      readWrite(`${nfs}total_read_bytes_total`, `${nfs}total_write_bytes_total`, 'export'),
      { everySeconds: 10 },
    ),
    chart(
      'nfsOperations',
      ['NFS operations', 'NFS 操作'],
      'perSecond',
      [of(`${nfs}operations_requests_total`, 'operation')],
      { everySeconds: 10 },
    ),
    chart(
      'nfsLatency',
      ['NFS round trip', 'NFS 往返时间'],
      'seconds',
      [
        of(`${nfs}operations_response_time_seconds_total`, 'operation', null, {
          per: `${nfs}operations_requests_total`,
        }),
      ],
      { everySeconds: 10 },
    ),
    chart(
      'lustre',
      ['Lustre throughput', 'Lustre 吞吐率'],
      'bytesPerSecond',
      readWrite('jidi_lustre_read_bytes_total', 'jidi_lustre_written_bytes_total', 'filesystem'),
      { everySeconds: 5 },
    ),
    chart(
      'lustreOperations',
      ['Lustre operations', 'Lustre 操作'],
      'perSecond',
      [of('jidi_lustre_operations_total', 'operation')],
      { everySeconds: 5 },
    ),
    chart(
      'lustreLatency',
      ['Lustre latency', 'Lustre 延迟'],
      'seconds',
      [
        of('jidi_lustre_operation_time_seconds_total', 'operation', null, {
          per: 'jidi_lustre_operations_total',
        }),
      ],
      { everySeconds: 5 },
    ),
  ],
  network: [
    chart(
      'infiniband',
      ['InfiniBand throughput', 'InfiniBand 吞吐率'],
      'bytesPerSecond',
      inOut(`${port}data_received_bytes_total`, `${port}data_transmitted_bytes_total`, 'device port'),
    ),
    chart(
      'infinibandErrors',
      ['InfiniBand errors', 'InfiniBand 错误'],
      'perSecond',
      [
        of(`${port}errors_received_total`, 'device port', 'network.in'),
        of(`${port}discards_transmitted_total`, 'device port', 'network.out'),
        of('node_infiniband_symbol_error_total', 'device port', ['symbol errors', '符号错误']),
      ],
      { everySeconds: 10 },
    ),
    chart('networkErrors', ['Network errors and drops', '网络错误与丢包'], 'perSecond', [
      ...inOut('node_network_receive_errs_total', 'node_network_transmit_errs_total', 'device'),
      of('node_network_receive_drop_total', 'device', ['dropped', '丢弃']),
    ]),
    chart(
      'retransmits',
      ['TCP retransmissions', 'TCP 重传'],
      'perSecond',
      [
        of('node_netstat_Tcp_RetransSegs', '', ['sent again', '重传']),
        of('node_netstat_TcpExt_TCPTimeouts', '', ['timeouts', '超时']),
      ],
      { everySeconds: 5 },
    ),
    chart('sockets', ['TCP sockets', 'TCP 套接字'], 'number', [
      of('node_sockstat_TCP_inuse', '', ['in use', '使用中']),
      of('node_sockstat_TCP_tw', '', ['TIME_WAIT', 'TIME_WAIT']),
    ]),
  ],
  jobs: [
    chart('jobCpu', ['CPU cores used by job', '各作业占用的 CPU 核'], 'number', [
      of(`${job}cpu_seconds_total`, 'job'),
    ]),
    chart('jobMemory', ['Memory by job', '各作业内存'], 'bytes', [of(`${job}memory_bytes`, 'job')]),
    chart(
      'jobDisk',
      ['Disk throughput by job', '各作业磁盘吞吐率'],
      'bytesPerSecond',
      // What goes through a logical volume is counted there and on its disk: a sum would be twice as much.
      readWrite(`${job}io_read_bytes_total`, `${job}io_written_bytes_total`, 'job device'),
      { everySeconds: 5 },
    ),
    chart(
      'jobPressure',
      ['Pressure by job', '各作业压力'],
      'ratio',
      [of(`${job}pressure_waiting_seconds_total`, 'job resource')],
      { everySeconds: 5 },
    ),
    chart('jobOom', ['OOM kills by job', '各作业 OOM 终止次数'], 'number', [
      of(`${job}oom_kills_total`, 'job', null, count),
    ]),
  ],
  health: [
    chart('temperature', ['Temperatures', '温度'], 'celsius', [of('node_hwmon_temp_celsius', 'chip sensor')]),
    chart('fans', ['Fans', '风扇'], 'rpm', [of('node_hwmon_fan_rpm', 'chip sensor')]),
    chart(
      'power',
      ['Power', '功耗'],
      'watts',
      [
        of('node_rapl_package_joules_total', 'index', ['package', '封装']),
        of('node_rapl_dram_joules_total', 'index', ['DRAM', 'DRAM']),
        of('node_hwmon_power_average_watt', 'chip sensor'),
      ],
      { everySeconds: 5 },
    ),
    chart('ecc', ['Memory errors (ECC)', '内存错误（ECC）'], 'number', [
      of('node_edac_correctable_errors_total', 'controller', ['corrected', '已纠正'], count),
      of('node_edac_uncorrectable_errors_total', 'controller', ['uncorrected', '未纠正'], count),
    ]),
    chart('clock', ['Clock offset', '时钟偏移'], 'seconds', [
      of('jidi_timesync_offset_seconds', '', ['behind its reference', '落后于参考时钟']),
    ]),
    chart('units', ['Failed units', '失败的系统服务'], 'number', [
      of('node_systemd_unit_state', 'name', null, { match: ['state', 'failed'] }),
    ]),
  ],
  agent: [
    chart('agentCpu', ['CPU of the agent', 'Agent 的 CPU'], 'ratio', [
      of('jidi_agent_cpu_seconds_total', '', 'process.cpu'),
    ]),
    chart('agentMemory', ['Memory of the agent', 'Agent 的内存'], 'bytes', [
      of('jidi_agent_resident_bytes', '', ['resident', '常驻']),
      of('jidi_agent_anonymous_bytes', '', ['anonymous', '匿名']),
    ]),
  ],
};
