// Keeps V8 small in a program that does a few ms of the same work at every tick. In: nothing. Out: less memory, and code
// that is optimised late. These flags are set while the program runs: given at its start, they would make V8 refuse the
// compiled code that Node brings with it for its own modules, and compile that anew (0.8 MiB).
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const flags = [
  // The better of the two optimising compilers gains nothing here, and is 5 MiB of program.
  '--no-turbofan',
  // Most of the code runs once a tick: to optimise it after some hundred runs costs more than it saves in days. What
  // runs for each of many processes gets there soon.
  '--invocation-count-for-maglev=4000',
  '--invocation-count-for-maglev-osr=4000',
  '--invocation-count-for-osr=20000',
  // A collection forgets the bytecode of what was not run since the one before it.
  '--bytecode-old-age=1',
  '--expose-gc',
];

type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;

/** To be called when all modules are loaded and nothing has run yet. */
export function keepEngineSmall(): void {
  for (const flag of flags) setFlagsFromString(flag);
}

/** Garbage is collected when memory runs short, which it never does here: the leavings of the start would stay for good. */
export function collectGarbage(): void {
  // The flag gives the function to contexts that are made after it.
  const collect = runInNewContext('gc') as Collect;
  collect({ type: 'major', flavor: 'last-resort' });
}
