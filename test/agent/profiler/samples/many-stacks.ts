// A program: folds 100,000 different stacks of 20 frames, as the profiler does, and prints what that took.
import { setFlagsFromString } from 'node:v8';
import { Folding } from '../../../../agent/profiler/samples/folding.ts';
import { PerfScriptText } from '../../../../agent/profiler/samples/perf-script-text.ts';

setFlagsFromString('--max-semi-space-size=2');
setFlagsFromString('--optimize-for-size');

const stacks = 100_000;
const depth = 20;

const folding = new Folding({
  target: { isOpen: true, members: new Map() },
  event: { unit: 'samples' },
  beganUs: 0,
  endedUs: 1e9,
  files: new Map(),
  withAddresses: false,
});
const text = new PerfScriptText(folding);
for (let stack = 0; stack < stacks; stack += 1) {
  // Threads with names of their own, too.
  const lines = [`thread-${stack}  7/${100 + (stack % 8000)}  100.000001:   10101010 cpu-clock: `];
  for (let at = 0; at < depth; at += 1) {
    lines.push(`\t            1144 a_function_with_a_name_${at}_${(stack >> (at * 2)) % 5000} (j2)`);
  }
  text.write(Buffer.from(`${lines.join('\n')}\n\n`));
}
const builder = folding.end();
const tree = builder.tree.build();
process.stdout.write(
  JSON.stringify({
    samples: builder.count,
    kept: tree.self.reduce((all, weight) => all + weight, 0),
    nodes: tree.parents.length,
    threads: builder.threads.length,
    megabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
