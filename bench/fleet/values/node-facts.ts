// The inventory of a simulated node. In: its plan. Out: facts as the survey of a real node tells them.
import type { Inventory } from '../../../shared/model/node.ts';
import type { NodePlan } from './fleet-plan.ts';

const terabyte = 1e12;

export function inventoryOf(node: NodePlan, timeMs: number, bootTimeMs: number): Inventory {
  const { index, cores, memoryBytes, gpus } = node;
  const threads = Math.max(1, cores);
  const low = (index % 250) + 1;
  const high = Math.floor(index / 250);
  const mac = `02:00:00:00:${hex(high)}:${hex(low)}`;
  return {
    timeMs,
    bootTimeMs,
    model: gpus > 0 ? 'Simulated GPU node' : 'Simulated node',
    cpuModel: 'Simulated 10-core processor 2.60 GHz',
    sockets: 2,
    cores: threads,
    threads,
    memoryBytes,
    os: 'Debian GNU/Linux 12',
    kernel: '6.1.0',
    arch: 'x86_64',
    interfaces: [
      { name: 'eth0', mac, addresses: [`10.1.${high}.${low}/16`], bitsPerSecond: 25e9 },
      { name: 'ib0', mac: null, addresses: [`10.2.${high}.${low}/16`], bitsPerSecond: 2e11 },
    ],
    disks: [
      { name: 'sda', model: 'Simulated SSD', sizeBytes: 0.48 * terabyte },
      { name: 'nvme0n1', model: 'Simulated NVMe', sizeBytes: 3.84 * terabyte },
    ],
  };
}

function hex(value: number): string {
  return (value & 255).toString(16).padStart(2, '0');
}
