// Reports of the control stream: model ↔ messages.
import type { ReportInput, Report as WireReport } from '../../proto/gen/jidi/v1/Report.ts';
import { type Batch, classOf, type Payload } from '../model/batch.ts';
import { decodeCommandReport, encodeCommandReport } from './command.ts';
import { classNames } from './delivery.ts';
import { countField } from './fields.ts';
import { decodeProfileReport, encodeProfileReport } from './profile.ts';
import { malformed } from './wire-error.ts';

export function encodeReport({ sequence, payload }: Batch): ReportInput {
  const dataClass = classNames.toWire(classOf(payload));
  if (payload.kind === 'command')
    return { dataClass, sequence, command: encodeCommandReport(payload.report) };
  if (payload.kind === 'profile')
    return { dataClass, sequence, profile: encodeProfileReport(payload.report) };
  throw new TypeError(`${payload.kind} travels on the telemetry stream`);
}

/** Throws WireError. */
export function decodeReport(report: WireReport): Batch {
  const payload = decodePayload(report);
  const dataClass = classNames.toModel('report.data_class', report.dataClass);
  if (dataClass !== classOf(payload)) throw malformed('report.data_class', 'does not fit the payload');
  return { sequence: countField('report.sequence', report.sequence), payload };
}

function decodePayload({ command, profile }: WireReport): Payload {
  if (command) return { kind: 'command', report: decodeCommandReport(command) };
  if (profile) return { kind: 'profile', report: decodeProfileReport(profile) };
  throw malformed('report.payload', 'none that this collector knows');
}
