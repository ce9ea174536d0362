// Plain profiles for tests: what is asked for, and how it stands.
import {
  type ProfileReport,
  type ProfileRequest,
  type ProfileState,
  type RecordedStacks,
  type StackTree,
  untoldProfile,
  usualProfile,
} from '../../../shared/model/profile.ts';
import { wholeProcess } from './whole-process.ts';

/** Of the process 42, unless said otherwise. */
export function profileRequest(change: Partial<ProfileRequest> = {}): ProfileRequest {
  return { id: 'p1', target: wholeProcess(42, null), ...usualProfile, ...change };
}

export function profileReport(change: Partial<ProfileReport> = {}): ProfileReport {
  return { profileId: 'p1', ...untoldProfile, stacks: null, ...change };
}

export function profileState(change: Partial<ProfileState> = {}): ProfileState {
  return { ...untoldProfile, ...change };
}

export function withoutSamples(tree: StackTree): RecordedStacks {
  return { ...tree, threads: [], samples: null };
}
