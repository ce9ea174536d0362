import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AckInput as _jidi_v1_AckInput, Ack as _jidi_v1_Ack } from './jidi/v1/Ack.ts';
import type { BatchInput as _jidi_v1_BatchInput, Batch as _jidi_v1_Batch } from './jidi/v1/Batch.ts';
import type { GapInput as _jidi_v1_GapInput, Gap as _jidi_v1_Gap } from './jidi/v1/Gap.ts';
import type { HeartbeatInput as _jidi_v1_HeartbeatInput, Heartbeat as _jidi_v1_Heartbeat } from './jidi/v1/Heartbeat.ts';
import type { HeartbeatEchoInput as _jidi_v1_HeartbeatEchoInput, HeartbeatEcho as _jidi_v1_HeartbeatEcho } from './jidi/v1/HeartbeatEcho.ts';
import type { HeldInput as _jidi_v1_HeldInput, Held as _jidi_v1_Held } from './jidi/v1/Held.ts';
import type { HelloInput as _jidi_v1_HelloInput, Hello as _jidi_v1_Hello } from './jidi/v1/Hello.ts';
import type { InventoryInput as _jidi_v1_InventoryInput, Inventory as _jidi_v1_Inventory } from './jidi/v1/Inventory.ts';
import type { InventoryDiskInput as _jidi_v1_InventoryDiskInput, InventoryDisk as _jidi_v1_InventoryDisk } from './jidi/v1/InventoryDisk.ts';
import type { InventoryInterfaceInput as _jidi_v1_InventoryInterfaceInput, InventoryInterface as _jidi_v1_InventoryInterface } from './jidi/v1/InventoryInterface.ts';
import type { LabelInput as _jidi_v1_LabelInput, Label as _jidi_v1_Label } from './jidi/v1/Label.ts';
import type { MetricBatchInput as _jidi_v1_MetricBatchInput, MetricBatch as _jidi_v1_MetricBatch } from './jidi/v1/MetricBatch.ts';
import type { MetricTickInput as _jidi_v1_MetricTickInput, MetricTick as _jidi_v1_MetricTick } from './jidi/v1/MetricTick.ts';
import type { PositionInput as _jidi_v1_PositionInput, Position as _jidi_v1_Position } from './jidi/v1/Position.ts';
import type { ProcessBatchInput as _jidi_v1_ProcessBatchInput, ProcessBatch as _jidi_v1_ProcessBatch } from './jidi/v1/ProcessBatch.ts';
import type { ProcessDefinitionInput as _jidi_v1_ProcessDefinitionInput, ProcessDefinition as _jidi_v1_ProcessDefinition } from './jidi/v1/ProcessDefinition.ts';
import type { ProcessSnapshotInput as _jidi_v1_ProcessSnapshotInput, ProcessSnapshot as _jidi_v1_ProcessSnapshot } from './jidi/v1/ProcessSnapshot.ts';
import type { RefusalInput as _jidi_v1_RefusalInput, Refusal as _jidi_v1_Refusal } from './jidi/v1/Refusal.ts';
import type { SequenceRangeInput as _jidi_v1_SequenceRangeInput, SequenceRange as _jidi_v1_SequenceRange } from './jidi/v1/SequenceRange.ts';
import type { SeriesDefinitionInput as _jidi_v1_SeriesDefinitionInput, SeriesDefinition as _jidi_v1_SeriesDefinition } from './jidi/v1/SeriesDefinition.ts';
import type { StreamTelemetryRequestInput as _jidi_v1_StreamTelemetryRequestInput, StreamTelemetryRequest as _jidi_v1_StreamTelemetryRequest } from './jidi/v1/StreamTelemetryRequest.ts';
import type { StreamTelemetryResponseInput as _jidi_v1_StreamTelemetryResponseInput, StreamTelemetryResponse as _jidi_v1_StreamTelemetryResponse } from './jidi/v1/StreamTelemetryResponse.ts';
import type { TelemetryServiceClient as _jidi_v1_TelemetryServiceClient, TelemetryServiceDefinition as _jidi_v1_TelemetryServiceDefinition } from './jidi/v1/TelemetryService.ts';
import type { WelcomeInput as _jidi_v1_WelcomeInput, Welcome as _jidi_v1_Welcome } from './jidi/v1/Welcome.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  jidi: {
    v1: {
      Ack: MessageTypeDefinition<_jidi_v1_AckInput, _jidi_v1_Ack>
      Batch: MessageTypeDefinition<_jidi_v1_BatchInput, _jidi_v1_Batch>
      DataClass: EnumTypeDefinition
      Gap: MessageTypeDefinition<_jidi_v1_GapInput, _jidi_v1_Gap>
      Heartbeat: MessageTypeDefinition<_jidi_v1_HeartbeatInput, _jidi_v1_Heartbeat>
      HeartbeatEcho: MessageTypeDefinition<_jidi_v1_HeartbeatEchoInput, _jidi_v1_HeartbeatEcho>
      Held: MessageTypeDefinition<_jidi_v1_HeldInput, _jidi_v1_Held>
      Hello: MessageTypeDefinition<_jidi_v1_HelloInput, _jidi_v1_Hello>
      Inventory: MessageTypeDefinition<_jidi_v1_InventoryInput, _jidi_v1_Inventory>
      InventoryDisk: MessageTypeDefinition<_jidi_v1_InventoryDiskInput, _jidi_v1_InventoryDisk>
      InventoryInterface: MessageTypeDefinition<_jidi_v1_InventoryInterfaceInput, _jidi_v1_InventoryInterface>
      Label: MessageTypeDefinition<_jidi_v1_LabelInput, _jidi_v1_Label>
      MetricBatch: MessageTypeDefinition<_jidi_v1_MetricBatchInput, _jidi_v1_MetricBatch>
      MetricKind: EnumTypeDefinition
      MetricTick: MessageTypeDefinition<_jidi_v1_MetricTickInput, _jidi_v1_MetricTick>
      NodeRole: EnumTypeDefinition
      Position: MessageTypeDefinition<_jidi_v1_PositionInput, _jidi_v1_Position>
      ProcessBatch: MessageTypeDefinition<_jidi_v1_ProcessBatchInput, _jidi_v1_ProcessBatch>
      ProcessDefinition: MessageTypeDefinition<_jidi_v1_ProcessDefinitionInput, _jidi_v1_ProcessDefinition>
      ProcessSnapshot: MessageTypeDefinition<_jidi_v1_ProcessSnapshotInput, _jidi_v1_ProcessSnapshot>
      Refusal: MessageTypeDefinition<_jidi_v1_RefusalInput, _jidi_v1_Refusal>
      SequenceRange: MessageTypeDefinition<_jidi_v1_SequenceRangeInput, _jidi_v1_SequenceRange>
      SeriesDefinition: MessageTypeDefinition<_jidi_v1_SeriesDefinitionInput, _jidi_v1_SeriesDefinition>
      StreamTelemetryRequest: MessageTypeDefinition<_jidi_v1_StreamTelemetryRequestInput, _jidi_v1_StreamTelemetryRequest>
      StreamTelemetryResponse: MessageTypeDefinition<_jidi_v1_StreamTelemetryResponseInput, _jidi_v1_StreamTelemetryResponse>
      TelemetryService: SubtypeConstructor<typeof grpc.Client, _jidi_v1_TelemetryServiceClient> & { service: _jidi_v1_TelemetryServiceDefinition }
      Welcome: MessageTypeDefinition<_jidi_v1_WelcomeInput, _jidi_v1_Welcome>
    }
  }
}

