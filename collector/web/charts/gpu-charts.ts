// The charts of GPUs, rows of the chart table.
import { chart, inOut, of } from './chart-rows.ts';
import type { ChartEntry } from './table-panels.ts';

const gpu = 'jidi_gpu_';

export const gpuCharts: readonly ChartEntry[] = [
  chart('gpu', ['GPU utilization', 'GPU 利用率'], 'ratio', [of(`${gpu}utilization_ratio`, 'gpu')], {
    top: 1,
  }),
  chart(
    'gpuBandwidth',
    ['GPU memory busy', 'GPU 显存读写占比'],
    'ratio',
    [of(`${gpu}memory_busy_ratio`, 'gpu')],
    {
      top: 1,
    },
  ),
  chart('gpuMemory', ['GPU memory in use', 'GPU 已用显存'], 'bytes', [of(`${gpu}memory_used_bytes`, 'gpu')]),
  chart('gpuPower', ['GPU power', 'GPU 功耗'], 'watts', [of(`${gpu}power_watts`, 'gpu')]),
  chart('gpuTemperature', ['GPU temperature', 'GPU 温度'], 'celsius', [
    of(`${gpu}temperature_celsius`, 'gpu'),
    // All that some AMD cards tell beside the temperature of their memory.
    of(`${gpu}junction_temperature_celsius`, 'gpu', ['hottest place', '最热点']),
    of(`${gpu}memory_temperature_celsius`, 'gpu', ['memory', '显存']),
  ]),
  chart('gpuClock', ['GPU clocks', 'GPU 时钟频率'], 'hertz', [of(`${gpu}clock_hertz`, 'gpu domain')]),
  chart(
    'gpuThrottled',
    ['GPU throttled (share of time)', 'GPU 降频时间占比'],
    'ratio',
    [of(`${gpu}throttle_seconds_total`, 'gpu reason')],
    { everySeconds: 5 },
  ),
  chart(
    'gpuPcie',
    ['GPU PCIe throughput', 'GPU PCIe 吞吐率'],
    'bytesPerSecond',
    inOut(`${gpu}pcie_receive_bytes_per_second`, `${gpu}pcie_transmit_bytes_per_second`, 'gpu'),
  ),
  chart(
    'gpuNvlink',
    ['NVLink throughput', 'NVLink 吞吐率'],
    'bytesPerSecond',
    inOut(`${gpu}nvlink_receive_bytes_total`, `${gpu}nvlink_transmit_bytes_total`, 'gpu'),
    { everySeconds: 60 },
  ),
  chart('gpuErrors', ['GPU errors (ECC, XID)', 'GPU 错误（ECC、XID）'], 'number', [
    of(`${gpu}ecc_errors_total`, 'gpu error', null, { asCount: true }),
    of(`${gpu}xid_errors_total`, 'gpu xid', ['XID', 'XID'], { asCount: true }),
  ]),
];
