// All sources of the agent, in the order in which they are read. A new source is one file, one line here, one fixture.
// Per-core CPU times come late: on very large nodes they are what the limit of series cuts. What may have to wait for
// a file server comes last.
import { createAgentSource } from './agent.ts';
import { createCpuSource } from './cpu.ts';
import { createDiskSource } from './disk.ts';
import { createFilesystemSource } from './filesystem.ts';
import { createKernelSource } from './kernel.ts';
import { createLoadSource } from './load.ts';
import { createMemorySource } from './memory.ts';
import { createNetworkSource } from './network.ts';
import { createPressureSource } from './pressure.ts';
import type { SourceFactory } from './source.ts';

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
