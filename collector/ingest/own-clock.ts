// In: what the collector's own clock says. It refuses (StreamRefusal) to take anything while that cannot be true, as before the
// time is known after a boot: right times would be moved or declared lost. Agents keep what they have and come again.
import { status } from '../../shared/grpc-status.ts';
import { StreamRefusal } from './stream-refusal.ts';

/** 2025-01-01: this program is younger. */
const earliestMs = 1_735_689_600_000;

export function requireOwnClock(nowMs: number): void {
  if (nowMs >= earliestMs) return;
  const message = `the clock of the collector says ${new Date(nowMs).toISOString()}; set it (chronyc tracking shows it)`;
  throw new StreamRefusal(status.UNAVAILABLE, 'clock-not-set', message);
}
