// Which hardware events the machine counts. In: perf. Out: the reason why an event cannot be sampled, which names those that can.
// perf record would take the clock in the place of cycles and say nothing of it, so it is asked beforehand.
import { type ProfileEvent, profileEvents } from '../../../shared/model/profile.ts';
import type { Reason } from '../../../shared/model/reason.ts';
import { runPerf } from '../perf/perf-program.ts';
import type { ProfileRun } from '../profile-run.ts';
import { eventMissing } from '../reasons.ts';

const hardwareEvents = ['cycles', 'instructions', 'cache-misses', 'branch-misses'] as const;
const deadlineMs = 10_000;
/** perf stat -x: value, unit, event. */
const notCounted = /^<not (?:supported|counted)>,[^,]*,([a-z-]+)/;

export async function eventRefusal(run: ProfileRun, perf: string): Promise<Reason | null> {
  const { event } = run.request;
  if (!hardwareEvents.some((name) => name === event)) return null;
  const missing = await missingEvents(run, perf);
  if (!missing.has(event)) return null;
  return eventMissing(
    event,
    profileEvents.filter((name) => !missing.has(name)),
  );
}

async function missingEvents(
  { folder, abandon, host }: ProfileRun,
  perf: string,
): Promise<ReadonlySet<string>> {
  const args = [
    'stat',
    '--field-separator',
    ',',
    '--event',
    hardwareEvents.map((name) => `${name}:u`).join(','),
  ];
  const asked = runPerf(perf, [...args, '--', 'true'], { folder, abandon });
  const cancel = host.clock.after(deadlineMs, () => asked.kill('SIGKILL'));
  const { complaint } = await asked.exit;
  cancel();
  return parseMissingEvents(complaint);
}

/** Names without what is behind the colon. */
export function parseMissingEvents(text: string): ReadonlySet<ProfileEvent> {
  const names = text.split('\n').map((line) => notCounted.exec(line)?.[1]);
  return new Set(hardwareEvents.filter((name) => names.includes(name)));
}
