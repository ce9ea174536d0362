// Commands down and their reports up. Decoding refuses unknown states, more text than allowed, a doubled parameter.
import type {
  CommandReportInput,
  CommandReport as WireReport,
} from '../../proto/gen/jidi/v1/CommandReport.ts';
import type { RunCommandInput, RunCommand as WireCommand } from '../../proto/gen/jidi/v1/RunCommand.ts';
import {
  type CommandReport,
  type CommandRequest,
  type CommandState,
  commandLimits,
} from '../model/command.ts';
import { truncate } from '../text.ts';
import { checkInteger, checkList, checkText, checkTime, wireBounds } from './bounds.ts';
import { decodeReason, encodeReason } from './reason.ts';
import { malformed } from './wire-error.ts';

const wireStates = {
  pending: 'COMMAND_STATE_PENDING',
  running: 'COMMAND_STATE_RUNNING',
  finished: 'COMMAND_STATE_FINISHED',
  failed: 'COMMAND_STATE_FAILED',
  refused: 'COMMAND_STATE_REFUSED',
  'timed-out': 'COMMAND_STATE_TIMED_OUT',
  cancelled: 'COMMAND_STATE_CANCELLED',
  unknown: 'COMMAND_STATE_UNKNOWN',
} as const satisfies Record<CommandState, WireReport['state']>;

const states: ReadonlyMap<unknown, CommandState> = new Map(
  Object.entries(wireStates).map(([state, wire]) => [wire, state as CommandState]),
);

export function encodeCommandReport(report: CommandReport): CommandReportInput {
  const output = report.output.slice(0, wireBounds.reportOutput);
  return {
    commandId: report.commandId,
    state: wireStates[report.state],
    output,
    truncated: report.truncated || output.length < report.output.length,
    exitCode: report.exitCode ?? 0,
    hasExitCode: report.exitCode !== null,
    reason: encodeReason(report.reason),
    timeMs: report.timeMs,
  };
}

export function decodeCommandReport(report: WireReport): CommandReport {
  const state = states.get(report.state);
  if (state === undefined) throw malformed('command.state', `${report.state} is no state`);
  return {
    commandId: decodeId('command.command_id', report.commandId),
    state,
    output: checkText('command.output', report.output, wireBounds.reportOutput),
    truncated: report.truncated,
    exitCode: report.hasExitCode ? report.exitCode : null,
    reason: decodeReason('command.reason', report.reason),
    timeMs: checkTime('command.time_ms', report.timeMs),
  };
}

export function encodeCommandRequest(request: CommandRequest): RunCommandInput {
  const { id, action, parameters, requester, issuedTimeMs, expiresTimeMs, timeoutMs } = request;
  return {
    commandId: id,
    action,
    parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
    requester: truncate(requester, wireBounds.fact),
    issuedTimeMs,
    expiresTimeMs,
    timeoutMs,
  };
}

export function decodeCommandRequest(command: WireCommand): CommandRequest {
  const { min, max } = commandLimits.timeoutMs;
  return {
    id: decodeId('run_command.command_id', command.commandId),
    action: decodeId('run_command.action', command.action),
    parameters: decodeParameters(command),
    requester: checkText('run_command.requester', command.requester, wireBounds.fact),
    issuedTimeMs: checkTime('run_command.issued_time_ms', command.issuedTimeMs),
    expiresTimeMs: checkTime('run_command.expires_time_ms', command.expiresTimeMs),
    timeoutMs: checkInteger('run_command.timeout_ms', command.timeoutMs, min, max),
  };
}

/** An id of a command, a profile or an action: some text, not much. */
export function decodeId(field: string, id: string): string {
  if (id === '') throw malformed(field, 'empty');
  return checkText(field, id, wireBounds.identifier);
}

function decodeParameters({ parameters }: WireCommand): Readonly<Record<string, string>> {
  const field = 'run_command.parameters';
  const decoded = Object.create(null) as Record<string, string>;
  for (const { name, value } of checkList(field, parameters, wireBounds.parameters)) {
    decodeId(field, name);
    if (name in decoded) throw malformed(field, `${JSON.stringify(name)} is given twice`);
    decoded[name] = checkText(`${field}.value`, value, wireBounds.parameterValue);
  }
  return decoded;
}
