// All sources of the agent, in the order in which they are read. A new source is one file, one line here, one fixture.
// Per-core CPU times come late: on very large nodes they are what the limit of series cuts. What may have to wait for
// a file server comes last.

import { createMemorySource } from './memory/memory.ts';
import { createNetworkSource } from './network/network.ts';
import { createCpuSource } from './processor/cpu.ts';
import { createLoadSource } from './processor/load.ts';
import { createPressureSource } from './processor/pressure.ts';
import type { SourceFactory } from './source.ts';
import { createDiskSource } from './storage/disk.ts';
import { createFilesystemSource } from './storage/filesystem.ts';
import { createAgentSource } from './system/agent.ts';
import { createKernelSource } from './system/kernel.ts';

export const sourceFactories: readonly SourceFactory[] = [
  createLoadSource,
  createMemorySource,
  createPressureSource,
  createDiskSource,
  createNetworkSource,
  createKernelSource,
  createAgentSource,
  createCpuSource,
  createFilesystemSource,
];
