// What GPUs of every vendor tell under one name. A source imports the definitions it can fill; the label `gpu` is the
// number that nvidia-smi gives, or the card's name in /sys/class/drm.
import { counter, gauge } from '../../../shared/model/metric.ts';

export const gpuMetrics = {
  info: gauge('jidi_gpu_info', 0, 'Facts of a GPU as labels; always 1.'),
  utilization: gauge(
    'jidi_gpu_utilization_ratio',
    2,
    'Share of the time of the last sample in which a kernel ran on the GPU.',
  ),
  memoryBusy: gauge(
    'jidi_gpu_memory_busy_ratio',
    2,
    'Share of the time of the last sample in which memory of the GPU was read or written: its memory bandwidth in use.',
  ),
  memorySize: gauge('jidi_gpu_memory_size_bytes', 0, 'Memory of the GPU.'),
  memoryUsed: gauge('jidi_gpu_memory_used_bytes', 0, 'Memory of the GPU in use.'),
  power: gauge('jidi_gpu_power_watts', 3, 'Power that the GPU draws, averaged by it over a second or less.'),
  powerLimit: gauge('jidi_gpu_power_limit_watts', 3, 'Power limit that is in force.'),
  temperature: gauge('jidi_gpu_temperature_celsius', 3, 'Temperature of the GPU.'),
  memoryTemperature: gauge('jidi_gpu_memory_temperature_celsius', 3, 'Temperature of the memory of the GPU.'),
  clock: gauge('jidi_gpu_clock_hertz', 0, 'Clock of a part of the GPU now.'),
  pcieReplays: counter('jidi_gpu_pcie_replays_total', 0, 'Packets that had to be sent again over PCIe.'),
  pcieGeneration: gauge(
    'jidi_gpu_pcie_link_generation',
    0,
    'PCIe generation of the link now; falls when idle.',
  ),
  pcieWidth: gauge('jidi_gpu_pcie_link_width', 0, 'Lanes of the PCIe link now.'),
  pcieWidthMax: gauge('jidi_gpu_pcie_link_width_max', 0, 'Lanes that the PCIe link can have at most.'),
  processes: gauge('jidi_gpu_processes', 0, 'Processes that hold memory of the GPU.'),
};
