// Original file: proto/jidi/v1/process.proto

import type { Long } from '@grpc/proto-loader';

export interface ProcessSnapshotInput {
  'timeMs'?: (number | string | Long);
  'processCount'?: (number);
  'ids'?: (number)[];
  'cpuRatioE4'?: (number)[];
  'residentKib'?: (number)[];
  'memoryRatioE4'?: (number)[];
  'threads'?: (number)[];
  'states'?: (Buffer | Uint8Array | string);
  'readKibPerSecondPlus1'?: (number)[];
  'writeKibPerSecondPlus1'?: (number)[];
  'zombieCount'?: (number);
  'uninterruptibleCount'?: (number);
  'waitChannelsPlus1'?: (number)[];
  'voluntarySwitchesPerSecondPlus1'?: (number)[];
  'involuntarySwitchesPerSecondPlus1'?: (number)[];
  'gpuMemoryKibPlus1'?: (number)[];
}

export interface ProcessSnapshot {
  'timeMs': (number);
  'processCount': (number);
  'ids': (number)[];
  'cpuRatioE4': (number)[];
  'residentKib': (number)[];
  'memoryRatioE4': (number)[];
  'threads': (number)[];
  'states': (Buffer);
  'readKibPerSecondPlus1': (number)[];
  'writeKibPerSecondPlus1': (number)[];
  'zombieCount': (number);
  'uninterruptibleCount': (number);
  'waitChannelsPlus1': (number)[];
  'voluntarySwitchesPerSecondPlus1': (number)[];
  'involuntarySwitchesPerSecondPlus1': (number)[];
  'gpuMemoryKibPlus1': (number)[];
}
