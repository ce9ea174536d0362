import { defineConfig } from 'vitest/config';

// Test files mirror the tree under test/. Files under test/system and test/exactness start whole programs. Those that mostly wait,
// for a recording or an outage to be over, do so beside each other; the others run one at a time.
const waiting = [
  'test/exactness/**/*.test.ts',
  'test/system/accounting-*.test.ts',
  'test/system/console-*.test.ts',
  'test/system/profile*.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**', 'test/exactness/**'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'waiting',
          include: waiting,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          exclude: waiting,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
