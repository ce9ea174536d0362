// What a simulated thread does when. In: its part in a job. Out: pieces of time, one after another, the same for all who ask.
// A rank computes, then waits for the others; a checkpoint comes every few seconds, which the first rank of each node writes.
// The slow rank computes nearly all the time, so that all others wait for it.
import type { Activity } from './call-paths.ts';
import { Random, seedOf } from './random.ts';

export interface Part {
  /** `rank`: in step with others; `worker`: always at work; `server`: mostly asleep. */
  readonly kind: 'rank' | 'worker' | 'server';
  readonly seed: number;
  readonly rank: number;
  readonly isSlow: boolean;
}

export interface Piece {
  readonly activity: Activity;
  readonly isRunning: boolean;
  /** ms since the Unix epoch. */
  readonly beginMs: number;
  readonly endMs: number;
}

const checkpointEveryMs = 6_000;
const checkpointMs = 800;
const serverEveryMs = 1_000;
/** Of the time in MPI, the rest is spent blocked. */
const spinning = 0.8;

export function* piecesOf(part: Part, fromMs: number, toMs: number): Generator<Piece> {
  for (let atMs = fromMs; atMs < toMs; ) {
    const round = part.kind === 'server' ? serverRound(part, atMs) : workRound(part, atMs);
    for (const [activity, isRunning, endsMs] of round) {
      const endMs = Math.min(toMs, endsMs);
      if (endMs > atMs) yield { activity, isRunning, beginMs: atMs, endMs };
      atMs = Math.max(atMs, endMs);
    }
  }
}

/** Each ends when the next begins; those that are over already are passed over. */
type Round = readonly (readonly [activity: Activity, isRunning: boolean, endsMs: number])[];

function serverRound({ seed }: Part, atMs: number): Round {
  const begin = Math.floor(atMs / serverEveryMs) * serverEveryMs;
  const busy = new Random(seedOf(seed, begin / serverEveryMs)).between(5, 40);
  return [
    ['idle', true, begin + busy],
    ['asleep', false, begin + serverEveryMs],
  ];
}

function workRound(part: Part, atMs: number): Round {
  const begin = Math.floor(atMs / checkpointEveryMs) * checkpointEveryMs;
  const checkpointAt = begin + checkpointEveryMs - checkpointMs;
  if (atMs >= checkpointAt) return checkpoint(part, checkpointAt);
  if (part.kind === 'worker') return [['compute', true, checkpointAt]];
  const stepMs = 400 + (Math.abs(part.seed) % 400);
  const step = Math.floor((atMs - begin) / stepMs);
  const stepAt = begin + step * stepMs;
  const ends = Math.min(stepAt + stepMs, checkpointAt);
  const random = new Random(seedOf(part.seed, part.rank, begin / 1000, step));
  const computing = part.isSlow ? random.between(0.94, 0.98) : random.between(0.66, 0.76);
  const waitsAt = Math.min(ends, stepAt + stepMs * computing);
  return [
    ['compute', true, waitsAt],
    ['communicate', true, waitsAt + (ends - waitsAt) * spinning],
    ['blocked', false, ends],
  ];
}

function checkpoint({ kind, rank }: Part, atMs: number): Round {
  const ends = atMs + checkpointMs;
  if (rank === 0) {
    return [
      ['write', true, atMs + checkpointMs * 0.35],
      ['writing', false, ends],
    ];
  }
  if (kind === 'worker') return [['compute', true, ends]];
  return [
    ['communicate', true, atMs + checkpointMs * spinning],
    ['blocked', false, ends],
  ];
}
