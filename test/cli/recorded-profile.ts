// What a collector answers about a profile of a program whose time is split 95/5, and its views.
import type { Profile } from '../../shared/api/profile.ts';
import type {
  ProfileDifference,
  ProfileSpread,
  ProfileStacks,
  ProfileTimeline,
} from '../../shared/api/profile-view.ts';
import { hostile, now } from './recorded-answers.ts';

export const profile: Profile = {
  id: 'p1',
  node: 'n2',
  nodes: 1,
  parent: null,
  target: { kind: 'process', pid: 41, children: false },
  pid: 41,
  startTime: now - 3600,
  name: 'app',
  command: './app --size 9',
  user: 'ann',
  status: 'finished',
  reason: null,
  progress: 1,
  created: now - 40,
  started: now - 39,
  ended: now - 9,
  duration: 30,
  frequency: 99,
  event: 'cpu-clock',
  sampledEvent: 'cpu-clock',
  unit: 'samples',
  callGraph: 'fp',
  symbols: null,
  samples: 2970,
  lost: 0,
};

/** main calls run and warm, which call hot, and it calls cold and a function with a hostile name. */
export const profileStacks: ProfileStacks = {
  functions: ['main', 'run', 'hot', 'warm', 'cold', hostile],
  modules: ['app', 'app', 'app', 'app', 'app', 'libx.so'],
  classes: ['own-code', 'own-code', 'linear-algebra', 'own-code', 'own-code', 'site-special'],
  parents: [-1, 0, 1, 0, 3, 0, 0],
  frameIds: [0, 1, 2, 3, 2, 4, 5],
  self: [0, 0, 2673, 0, 146, 148, 3],
  weight: 2970,
  branches: 7,
  timed: true,
  sampleWeight: 1,
};

/** Half a second in cells of 20 ms: nothing, then more and more. */
export const profileTimeline: ProfileTimeline = {
  from: 0,
  step: 0.02,
  weights: Array.from({ length: 1500 }, (_, cell) => (cell < 50 ? 0 : cell >= 1450 ? 9 : cell % 3)),
};

const spreadRow = { node: 'n2', thread: null, name: 'app', weight: 1000, wanted: 0 };
/** Four ranks alike, one that does not wait for the others. */
export const profileSpread: ProfileSpread = {
  rows: [
    ...[41, 42, 43, 44].map((pid, rank) => ({ ...spreadRow, pid, rank, ownShare: 0.5 + rank / 100 })),
    { ...spreadRow, pid: 45, rank: 4, ownShare: 0.99 },
  ],
  left: 0,
};

/** cold has become hot. */
export const profileDifference: ProfileDifference = {
  functions: ['main', 'hot', 'cold', hostile],
  modules: ['app', 'app', 'app', 'libx.so'],
  classes: ['own-code', 'own-code', 'own-code', 'own-code'],
  parents: [-1, 0, 0, 0],
  frameIds: [0, 1, 2, 3],
  self: [0, 600, 390, 10],
  baseSelf: [0, 900, 95, 5],
  weight: 1000,
  baseWeight: 1000,
  branches: 4,
  sampleWeight: 1,
  of: { profile: 'p1', from: 10, to: 20, weight: 1000 },
  base: { profile: 'p1', from: 0, to: 10, weight: 1000 },
};
