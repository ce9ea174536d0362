// Claim: one collector serves 5,000 agents with 256 series and a process list every 5 seconds with at most 40 % of one core and
// 1.2 GiB of memory, acknowledges within a second (p99), and takes a reconnect storm of all of them within 60 seconds while live
// data stays younger than 15 seconds.
//
// In: a collector of its own, the bundle of `npm run build` where there is one; simulated agents in processes of their own, with
// two streams over one connection each as real ones have. In the storm the collector is killed and started again on the same
// folder and ports.
// Everything stays on 127.0.0.1 and ends by itself.
// Deadline: 20 minutes.
import { commandOf, readFlags } from './fleet/bench/fleet-bench-flags.ts';
import { printGoals, renderGoals } from './fleet/bench/goals.ts';
import { measureFleet } from './fleet/bench/measure-fleet.ts';
import { Programs } from './measuring/started-programs.ts';
import { machineInWords } from './store/flags.ts';
import { writePages } from './store/page.ts';

const flags = readFlags();
const programs = new Programs();
try {
  const measured = await measureFleet(flags, programs);
  printGoals(measured, flags);
  if (flags.writeDocs) {
    const facts = { machine: machineInWords(), command: commandOf(flags) };
    writePages('fleet', {
      en: renderGoals(measured, { ...facts, flags, language: 'en' }),
      zh: renderGoals(measured, { ...facts, flags, language: 'zh' }),
    });
  }
} finally {
  await programs.stopAll();
}
