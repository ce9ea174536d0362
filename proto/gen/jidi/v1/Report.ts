// Original file: proto/jidi/v1/control.proto

import type { DataClassInput as _jidi_v1_DataClassInput, DataClass as _jidi_v1_DataClass } from '../../jidi/v1/DataClass.ts';
import type { CommandReportInput as _jidi_v1_CommandReportInput, CommandReport as _jidi_v1_CommandReport } from '../../jidi/v1/CommandReport.ts';
import type { ProfileReportInput as _jidi_v1_ProfileReportInput, ProfileReport as _jidi_v1_ProfileReport } from '../../jidi/v1/ProfileReport.ts';
import type { Long } from '@grpc/proto-loader';

export interface ReportInput {
  'dataClass'?: (_jidi_v1_DataClassInput);
  'sequence'?: (number | string | Long);
  'command'?: (_jidi_v1_CommandReportInput | null);
  'profile'?: (_jidi_v1_ProfileReportInput | null);
  'payload'?: "command"|"profile";
}

export interface Report {
  'dataClass': (_jidi_v1_DataClass);
  'sequence': (number);
  'command'?: (_jidi_v1_CommandReport | null);
  'profile'?: (_jidi_v1_ProfileReport | null);
  'payload'?: "command"|"profile";
}
