// In: commands and audit records as they are stored. Out: the API's objects.
import type {
  AuditRecord as ApiAuditRecord,
  Command as ApiCommand,
  CommandTarget as ApiTarget,
} from '../../../shared/api/command.ts';
import {
  type AuditRecord,
  type Command,
  type CommandTarget,
  isCommandOver,
} from '../../../shared/model/command.ts';
import { seconds, secondsOrNull } from './seconds.ts';

export function toCommand(command: Command): ApiCommand {
  const { id, action, parameters, requester, issuedTimeMs, timeoutMs, targets } = command;
  return {
    id,
    action,
    parameters: { ...parameters },
    requester,
    issued: seconds(issuedTimeMs),
    timeout: seconds(timeoutMs),
    over: targets.every(({ state }) => isCommandOver(state)),
    targets: targets.map(toTarget),
  };
}

function toTarget({ startedTimeMs, endedTimeMs, ...target }: CommandTarget): ApiTarget {
  return { ...target, started: secondsOrNull(startedTimeMs), ended: secondsOrNull(endedTimeMs) };
}

export function toAuditRecord({ timeMs, detail, ...record }: AuditRecord): ApiAuditRecord {
  return { ...record, time: seconds(timeMs), detail: { ...detail } };
}
