// Commands: model ↔ messages.
import type {
  CommandReportInput,
  CommandReport as WireReport,
} from '../../proto/gen/jidi/v1/CommandReport.ts';
import type { CommandState as WireState } from '../../proto/gen/jidi/v1/CommandState.ts';
import type { RunCommand, RunCommandInput } from '../../proto/gen/jidi/v1/RunCommand.ts';
import type { CommandReport, CommandRequest, CommandState } from '../model/command.ts';
import { EnumMap, listField, textField, timeField } from './fields.ts';
import { decodeReason, encodeReason } from './reason.ts';

const maxOutput = 64 * 1024;
const maxParameters = 64;

const states = new EnumMap<CommandState, WireState>({
  pending: 'COMMAND_STATE_PENDING',
  running: 'COMMAND_STATE_RUNNING',
  finished: 'COMMAND_STATE_FINISHED',
  failed: 'COMMAND_STATE_FAILED',
  refused: 'COMMAND_STATE_REFUSED',
  'timed-out': 'COMMAND_STATE_TIMED_OUT',
  cancelled: 'COMMAND_STATE_CANCELLED',
  unknown: 'COMMAND_STATE_UNKNOWN',
});

export function encodeCommandReport(report: CommandReport): CommandReportInput {
  return {
    commandId: report.commandId,
    state: states.toWire(report.state),
    output: report.output,
    truncated: report.truncated,
    exitCode: report.exitCode ?? 0,
    hasExitCode: report.exitCode !== null,
    reason: encodeReason(report.reason),
    timeMs: report.timeMs,
  };
}

export function decodeCommandReport(report: WireReport): CommandReport {
  return {
    commandId: textField('command.command_id', report.commandId, 64),
    state: states.toModel('command.state', report.state),
    output: textField('command.output', report.output, maxOutput),
    truncated: report.truncated,
    exitCode: report.hasExitCode ? report.exitCode : null,
    reason: decodeReason(report.reason),
    timeMs: timeField('command.time_ms', report.timeMs),
  };
}

export function encodeCommandRequest(request: CommandRequest): RunCommandInput {
  return {
    commandId: request.id,
    action: request.action,
    parameters: Object.entries(request.parameters).map(([name, value]) => ({ name, value })),
    requester: request.requester,
    issuedTimeMs: request.issuedTimeMs,
    expiresTimeMs: request.expiresTimeMs,
    timeoutMs: request.timeoutMs,
  };
}

export function decodeCommandRequest(command: RunCommand): CommandRequest {
  const parameters: Record<string, string> = Object.create(null);
  for (const { name, value } of listField('run_command.parameters', command.parameters, maxParameters)) {
    parameters[textField('run_command.parameters.name', name, 64)] = value;
  }
  return {
    id: textField('run_command.command_id', command.commandId, 64),
    action: textField('run_command.action', command.action, 64),
    parameters,
    requester: textField('run_command.requester', command.requester, 256),
    issuedTimeMs: timeField('run_command.issued_time_ms', command.issuedTimeMs),
    expiresTimeMs: timeField('run_command.expires_time_ms', command.expiresTimeMs),
    timeoutMs: command.timeoutMs,
  };
}
