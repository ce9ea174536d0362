// Where the agent's helper programs are: beside the sources in a checkout, beside the bundle when installed.
import { join } from 'node:path';

const isBundle = import.meta.filename.endsWith('.mjs');

export const helperPrograms = {
  daemon: beside(isBundle ? 'jidi-agent-daemon.mjs' : 'daemon/main.ts'),
  survey: beside(isBundle ? 'jidi-survey.mjs' : 'survey/main.ts'),
  profiler: beside(isBundle ? 'jidi-profiler.mjs' : 'profiler/main.ts'),
  executor: beside(isBundle ? '../executor/jidi-executor.mjs' : '../executor/main.ts'),
  shippedPolicy: beside('../executor/policy.json'),
};

function beside(path: string): string {
  return join(import.meta.dirname, path);
}
