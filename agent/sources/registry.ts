// All sources of the agent, in the order in which they are read. A new source is one file, one line here, one fixture.
// Per-core CPU times come late: on very large nodes they are what the limit of series cuts. What may have to wait for
// a file server comes last.

import type { Host } from '../host/host.ts';
import { createAmdSource } from './gpu/amd.ts';
import { createNvidiaSource } from './gpu/nvidia.ts';
import { createClockSource } from './health/clock.ts';
import { createEdacSource } from './health/edac.ts';
import { createHwmonSource } from './health/hwmon.ts';
import { createRaplSource } from './health/rapl.ts';
import { createUnitsSource } from './health/units.ts';
import { createJobSource } from './jobs/job-cgroup.ts';
import { createBandwidthSource } from './memory/bandwidth.ts';
import { createMemorySource } from './memory/memory.ts';
import { createNumaSource } from './memory/numa.ts';
import { createVmstatSource } from './memory/vmstat.ts';
import { createConntrackSource } from './network/conntrack.ts';
import { createInfinibandSource } from './network/infiniband.ts';
import { createInfinibandHealthSource } from './network/infiniband-health.ts';
import { createNetworkSource } from './network/network.ts';
import { createSocketsSource } from './network/sockets.ts';
import { createNetstatSource } from './network/tcp.ts';
import { createCpuSource } from './processor/cpu.ts';
import { createFrequencySource } from './processor/frequency.ts';
import { createInterruptsSource } from './processor/interrupts.ts';
import { createLoadSource } from './processor/load.ts';
import { createPressureSource } from './processor/pressure.ts';
import { createThrottleSource } from './processor/throttle.ts';
import type { Source, SourceFactory, SourceSettings } from './source.ts';
import { createBeegfsSource } from './storage/beegfs.ts';
import { createDiskSource } from './storage/disk.ts';
import { createFilesystemSource } from './storage/filesystem.ts';
import { createLustreSource } from './storage/lustre.ts';
import { createNfsSource } from './storage/nfs.ts';
import { createAgentSource } from './system/agent.ts';
import { createKernelSource } from './system/kernel.ts';

export const sourceFactories: readonly SourceFactory[] = [
  createLoadSource,
  createMemorySource,
  createBandwidthSource,
  createPressureSource,
  createDiskSource,
  createNfsSource,
  createLustreSource,
  createBeegfsSource,
  createNetworkSource,
  createInfinibandSource,
  createKernelSource,
  createAgentSource,
  createVmstatSource,
  createNumaSource,
  createNetstatSource,
  createSocketsSource,
  createConntrackSource,
  createInterruptsSource,
  createFrequencySource,
  createThrottleSource,
  createNvidiaSource,
  createAmdSource,
  createHwmonSource,
  createClockSource,
  (host, settings) => createUnitsSource(host, settings?.units),
  createRaplSource,
  createEdacSource,
  createInfinibandHealthSource,
  createJobSource,
  createCpuSource,
  createFilesystemSource,
];

/** All of them for one machine. */
export function createSources(host: Host, settings: SourceSettings = {}): readonly Source[] {
  return sourceFactories.map((create) => create(host, settings));
}
