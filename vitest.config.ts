import { defineConfig } from 'vitest/config';

// Test files mirror the tree under test/. Files under test/system and test/exactness start whole programs. Those that mostly wait,
// for a recording, a page or an outage to be over, do so beside each other. The others have the machine to themselves: they
// measure it, fill a disk, or take ports that are the same everywhere. The laboratory is a cluster of three machines.
const alone = [
  'test/system/busiest-process.test.ts',
  'test/system/full-disk.test.ts',
  'test/system/restart-slurmd.test.ts',
  'test/system/slurm-jobs.test.ts',
  'test/system/start.test.ts',
  'test/system/truth.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**', 'test/exactness/**', 'test/lab/**'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'waiting',
          include: ['test/exactness/**/*.test.ts', 'test/system/**/*.test.ts'],
          exclude: alone,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'system',
          include: alone,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          globalSetup: 'test/lab/prepare.ts',
          testTimeout: 180_000,
          hookTimeout: 900_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
