// What both ends of the process columns agree on: how many processes the stream's dictionary has room for.

export const processDictionarySize = 4096;

export const processLimits = {
  snapshots: 120,
  rows: 100,
  name: 64,
  command: 1024,
  user: 64,
  job: 128,
} as const;
