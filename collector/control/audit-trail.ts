// Writes what people and nodes did into the audit log. Resolves once it is on disk.
import type { Clock } from '../../shared/clock.ts';
import type { CommandStore } from '../store/store.ts';

export type AuditTrail = (
  event: string,
  actor: string,
  subject: string,
  detail?: Readonly<Record<string, unknown>>,
) => Promise<void>;

export function createAuditTrail(store: Pick<CommandStore, 'appendAudit'>, clock: Clock): AuditTrail {
  return (event, actor, subject, detail = {}) =>
    store.appendAudit({ timeMs: clock.now(), event, actor, subject, detail });
}
