// How a script that keeps programs running ends: at Ctrl-C, when npm ends, or when one of them refuses to start. In: the
// programs in the order in which they stop. Out: exit status 0, or 1 when somebody is in a hurry or one refused.
import type { Supervised } from './supervised.ts';

export function stopOnSignal(
  children: readonly Supervised[],
  afterwards: () => void = () => undefined,
): void {
  let stopping = false;
  const stop = async (status: number): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    for (const child of children) await child.stop();
    afterwards();
    process.exit(status);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  stopWithNpm(() => void stop(0));
  for (const child of children) {
    child.onRefused = (name) => {
      console.error(`jidi: the ${name} refused to start; the reason stands above`);
      void stop(1);
    };
  }
}

/** A signal to npm ends it and its shell, and goes no further. */
function stopWithNpm(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 1_000);
  watch.unref();
}
