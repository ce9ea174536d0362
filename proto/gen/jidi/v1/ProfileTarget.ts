// Original file: proto/jidi/v1/profile.proto

import type { ProcessTargetInput as _jidi_v1_ProcessTargetInput, ProcessTarget as _jidi_v1_ProcessTarget } from '../../jidi/v1/ProcessTarget.ts';

export interface ProfileTargetInput {
  'process'?: (_jidi_v1_ProcessTargetInput | null);
  'cgroup'?: (string);
  'job'?: (string);
  'node'?: (boolean);
  'target'?: "process"|"cgroup"|"job"|"node";
}

export interface ProfileTarget {
  'process'?: (_jidi_v1_ProcessTarget | null);
  'cgroup'?: (string);
  'job'?: (string);
  'node'?: (boolean);
  'target'?: "process"|"cgroup"|"job"|"node";
}
