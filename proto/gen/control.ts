import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AckInput as _jidi_v1_AckInput, Ack as _jidi_v1_Ack } from './jidi/v1/Ack.ts';
import type { CancelCommandInput as _jidi_v1_CancelCommandInput, CancelCommand as _jidi_v1_CancelCommand } from './jidi/v1/CancelCommand.ts';
import type { CommandReportInput as _jidi_v1_CommandReportInput, CommandReport as _jidi_v1_CommandReport } from './jidi/v1/CommandReport.ts';
import type { ControlServiceClient as _jidi_v1_ControlServiceClient, ControlServiceDefinition as _jidi_v1_ControlServiceDefinition } from './jidi/v1/ControlService.ts';
import type { DirectiveInput as _jidi_v1_DirectiveInput, Directive as _jidi_v1_Directive } from './jidi/v1/Directive.ts';
import type { FrameInput as _jidi_v1_FrameInput, Frame as _jidi_v1_Frame } from './jidi/v1/Frame.ts';
import type { GapInput as _jidi_v1_GapInput, Gap as _jidi_v1_Gap } from './jidi/v1/Gap.ts';
import type { HeldInput as _jidi_v1_HeldInput, Held as _jidi_v1_Held } from './jidi/v1/Held.ts';
import type { HelloInput as _jidi_v1_HelloInput, Hello as _jidi_v1_Hello } from './jidi/v1/Hello.ts';
import type { ParameterInput as _jidi_v1_ParameterInput, Parameter as _jidi_v1_Parameter } from './jidi/v1/Parameter.ts';
import type { PositionInput as _jidi_v1_PositionInput, Position as _jidi_v1_Position } from './jidi/v1/Position.ts';
import type { ProcessTargetInput as _jidi_v1_ProcessTargetInput, ProcessTarget as _jidi_v1_ProcessTarget } from './jidi/v1/ProcessTarget.ts';
import type { ProfileReportInput as _jidi_v1_ProfileReportInput, ProfileReport as _jidi_v1_ProfileReport } from './jidi/v1/ProfileReport.ts';
import type { ProfileTargetInput as _jidi_v1_ProfileTargetInput, ProfileTarget as _jidi_v1_ProfileTarget } from './jidi/v1/ProfileTarget.ts';
import type { ProfiledProcessInput as _jidi_v1_ProfiledProcessInput, ProfiledProcess as _jidi_v1_ProfiledProcess } from './jidi/v1/ProfiledProcess.ts';
import type { ProfiledThreadInput as _jidi_v1_ProfiledThreadInput, ProfiledThread as _jidi_v1_ProfiledThread } from './jidi/v1/ProfiledThread.ts';
import type { ReasonInput as _jidi_v1_ReasonInput, Reason as _jidi_v1_Reason } from './jidi/v1/Reason.ts';
import type { RefusalInput as _jidi_v1_RefusalInput, Refusal as _jidi_v1_Refusal } from './jidi/v1/Refusal.ts';
import type { ReportInput as _jidi_v1_ReportInput, Report as _jidi_v1_Report } from './jidi/v1/Report.ts';
import type { RunCommandInput as _jidi_v1_RunCommandInput, RunCommand as _jidi_v1_RunCommand } from './jidi/v1/RunCommand.ts';
import type { SampleColumnsInput as _jidi_v1_SampleColumnsInput, SampleColumns as _jidi_v1_SampleColumns } from './jidi/v1/SampleColumns.ts';
import type { SequenceRangeInput as _jidi_v1_SequenceRangeInput, SequenceRange as _jidi_v1_SequenceRange } from './jidi/v1/SequenceRange.ts';
import type { StackChunkInput as _jidi_v1_StackChunkInput, StackChunk as _jidi_v1_StackChunk } from './jidi/v1/StackChunk.ts';
import type { StartProfileInput as _jidi_v1_StartProfileInput, StartProfile as _jidi_v1_StartProfile } from './jidi/v1/StartProfile.ts';
import type { StopProfileInput as _jidi_v1_StopProfileInput, StopProfile as _jidi_v1_StopProfile } from './jidi/v1/StopProfile.ts';
import type { StreamControlRequestInput as _jidi_v1_StreamControlRequestInput, StreamControlRequest as _jidi_v1_StreamControlRequest } from './jidi/v1/StreamControlRequest.ts';
import type { StreamControlResponseInput as _jidi_v1_StreamControlResponseInput, StreamControlResponse as _jidi_v1_StreamControlResponse } from './jidi/v1/StreamControlResponse.ts';
import type { SymbolQualityInput as _jidi_v1_SymbolQualityInput, SymbolQuality as _jidi_v1_SymbolQuality } from './jidi/v1/SymbolQuality.ts';
import type { WelcomeInput as _jidi_v1_WelcomeInput, Welcome as _jidi_v1_Welcome } from './jidi/v1/Welcome.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  jidi: {
    v1: {
      Ack: MessageTypeDefinition<_jidi_v1_AckInput, _jidi_v1_Ack>
      CancelCommand: MessageTypeDefinition<_jidi_v1_CancelCommandInput, _jidi_v1_CancelCommand>
      CommandReport: MessageTypeDefinition<_jidi_v1_CommandReportInput, _jidi_v1_CommandReport>
      CommandState: EnumTypeDefinition
      ControlService: SubtypeConstructor<typeof grpc.Client, _jidi_v1_ControlServiceClient> & { service: _jidi_v1_ControlServiceDefinition }
      DataClass: EnumTypeDefinition
      Directive: MessageTypeDefinition<_jidi_v1_DirectiveInput, _jidi_v1_Directive>
      Frame: MessageTypeDefinition<_jidi_v1_FrameInput, _jidi_v1_Frame>
      Gap: MessageTypeDefinition<_jidi_v1_GapInput, _jidi_v1_Gap>
      Held: MessageTypeDefinition<_jidi_v1_HeldInput, _jidi_v1_Held>
      Hello: MessageTypeDefinition<_jidi_v1_HelloInput, _jidi_v1_Hello>
      NodeRole: EnumTypeDefinition
      Parameter: MessageTypeDefinition<_jidi_v1_ParameterInput, _jidi_v1_Parameter>
      Position: MessageTypeDefinition<_jidi_v1_PositionInput, _jidi_v1_Position>
      ProcessTarget: MessageTypeDefinition<_jidi_v1_ProcessTargetInput, _jidi_v1_ProcessTarget>
      ProfileReport: MessageTypeDefinition<_jidi_v1_ProfileReportInput, _jidi_v1_ProfileReport>
      ProfileStatus: EnumTypeDefinition
      ProfileTarget: MessageTypeDefinition<_jidi_v1_ProfileTargetInput, _jidi_v1_ProfileTarget>
      ProfiledProcess: MessageTypeDefinition<_jidi_v1_ProfiledProcessInput, _jidi_v1_ProfiledProcess>
      ProfiledThread: MessageTypeDefinition<_jidi_v1_ProfiledThreadInput, _jidi_v1_ProfiledThread>
      Reason: MessageTypeDefinition<_jidi_v1_ReasonInput, _jidi_v1_Reason>
      Refusal: MessageTypeDefinition<_jidi_v1_RefusalInput, _jidi_v1_Refusal>
      Report: MessageTypeDefinition<_jidi_v1_ReportInput, _jidi_v1_Report>
      RunCommand: MessageTypeDefinition<_jidi_v1_RunCommandInput, _jidi_v1_RunCommand>
      SampleColumns: MessageTypeDefinition<_jidi_v1_SampleColumnsInput, _jidi_v1_SampleColumns>
      SequenceRange: MessageTypeDefinition<_jidi_v1_SequenceRangeInput, _jidi_v1_SequenceRange>
      StackChunk: MessageTypeDefinition<_jidi_v1_StackChunkInput, _jidi_v1_StackChunk>
      StartProfile: MessageTypeDefinition<_jidi_v1_StartProfileInput, _jidi_v1_StartProfile>
      StopProfile: MessageTypeDefinition<_jidi_v1_StopProfileInput, _jidi_v1_StopProfile>
      StreamControlRequest: MessageTypeDefinition<_jidi_v1_StreamControlRequestInput, _jidi_v1_StreamControlRequest>
      StreamControlResponse: MessageTypeDefinition<_jidi_v1_StreamControlResponseInput, _jidi_v1_StreamControlResponse>
      SymbolQuality: MessageTypeDefinition<_jidi_v1_SymbolQualityInput, _jidi_v1_SymbolQuality>
      Welcome: MessageTypeDefinition<_jidi_v1_WelcomeInput, _jidi_v1_Welcome>
    }
  }
}

