// For each test a collector of recorded answers, and the program that asks it, in UTC.
import { afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { type CollectorPeer, startCollectorPeer } from './collector-peer.ts';
import { type RunOptions, type RunOutcome, runProgramWith } from './program-run.ts';

export interface CliWithPeer {
  /** That of the test that runs. */
  readonly peer: CollectorPeer;
  readonly jidi: (line: string | readonly string[], options?: RunOptions) => Promise<RunOutcome>;
}

export function eachWithPeer(): CliWithPeer {
  let peer: CollectorPeer;
  beforeAll(() => {
    vi.stubEnv('TZ', 'UTC');
  });
  beforeEach(async () => {
    peer = await startCollectorPeer();
  });
  afterEach(async () => {
    await peer.close();
  });
  return {
    get peer() {
      return peer;
    },
    jidi: (line, options = {}) => runProgramWith(line, { url: peer.url, ...options }),
  };
}
