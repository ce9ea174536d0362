// Where the agent's helper programs are: beside the sources in a checkout, beside the bundle when installed.
import { join } from 'node:path';

const folder = import.meta.dirname;
const isBundle = import.meta.filename.endsWith('.mjs');

export const helperPrograms = isBundle
  ? {
      profiler: join(folder, 'jidi-profiler.mjs'),
      executor: join(folder, '../executor/jidi-executor.mjs'),
      shippedPolicy: join(folder, '../executor/policy.json'),
    }
  : {
      profiler: join(folder, 'profiler/main.ts'),
      executor: join(folder, '../executor/main.ts'),
      shippedPolicy: join(folder, '../executor/policy.json'),
    };
