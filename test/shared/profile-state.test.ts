import { describe, expect, test } from 'vitest';
import { type Profile, untoldProfile } from '../../shared/model/profile.ts';
import { stateOfParts } from '../../shared/profile-state.ts';
import { profileRequest } from './model/some-profile.ts';

const part = (node: string, change: Partial<Profile>): Profile => ({
  ...profileRequest({ id: node }),
  ...untoldProfile,
  node,
  nodeCount: 1,
  parentId: 'p',
  createdTimeMs: 0,
  ...change,
});
const reason = { code: 'c', message: 'it is away', remedy: 'r' };

describe('a profile on several nodes', () => {
  test('is as far as the part that is furthest behind, with the samples of all', () => {
    const parts = [
      part('n1', { status: 'finished', samples: 5, startedTimeMs: 8, endedTimeMs: 20 }),
      part('n2', { status: 'running', samples: 2, startedTimeMs: 7, progress: 0.5 }),
    ];
    expect(stateOfParts(parts)).toMatchObject({
      status: 'running',
      progress: 0.75,
      samples: 7,
      startedTimeMs: 7,
      endedTimeMs: null,
    });
  });

  test('is partial when some failed, naming at most five, and failed when all did', () => {
    const failed = Array.from({ length: 7 }, (_, i) => part(`n${i}`, { status: 'failed', reason }));
    const { status, reason: told } = stateOfParts([part('m', { status: 'finished' }), ...failed]);
    expect([status, told?.code]).toEqual(['partial', 'nodes-missing']);
    expect(told?.message).toBe('7 of 8 nodes are missing: n0, n1, n2, n3, n4 and 2 more; it is away');
    expect(stateOfParts(failed)).toMatchObject({ status: 'failed', reason });
  });

  test('without any part has failed', () => {
    expect(stateOfParts([])).toMatchObject({ status: 'failed', reason: { code: 'nodes-missing' } });
  });

  test('has names as its parts have, each counted by its samples', () => {
    const named = (share: number, samples: number) =>
      part('n', { status: 'finished', samples, symbols: { named: share, reason: null } });
    expect(stateOfParts([named(1, 30), named(0.5, 10)]).symbols).toEqual({ named: 0.875, reason: null });
  });
});
