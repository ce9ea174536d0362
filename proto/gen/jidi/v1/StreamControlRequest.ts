// Original file: proto/jidi/v1/control.proto

import type { HelloInput as _jidi_v1_HelloInput, Hello as _jidi_v1_Hello } from '../../jidi/v1/Hello.ts';
import type { ReportInput as _jidi_v1_ReportInput, Report as _jidi_v1_Report } from '../../jidi/v1/Report.ts';

export interface StreamControlRequestInput {
  'hello'?: (_jidi_v1_HelloInput | null);
  'report'?: (_jidi_v1_ReportInput | null);
  'message'?: "hello"|"report";
}

export interface StreamControlRequest {
  'hello'?: (_jidi_v1_Hello | null);
  'report'?: (_jidi_v1_Report | null);
  'message'?: "hello"|"report";
}
