// Samples at random: few functions, threads and moments, so that they meet again and again.
import { array, constantFrom, integer, record } from 'fast-check';

const frames = ['a', 'b', 'c@lib', 'MPI_d@libmpi.so', 'e@[kernel]'];

export const anySamples = array(
  record({
    timeMs: integer({ min: 0, max: 100 }),
    stack: array(constantFrom(...frames), { minLength: 1, maxLength: 8 }).map((names) => names.join(';')),
    weight: integer({ min: 1, max: 50 }),
    pid: integer({ min: 1, max: 3 }),
    rank: constantFrom(0, 1, null),
  }),
  { minLength: 1, maxLength: 40 },
);
