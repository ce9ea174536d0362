// Original file: proto/jidi/v1/telemetry.proto

import type { DataClassInput as _jidi_v1_DataClassInput, DataClass as _jidi_v1_DataClass } from '../../jidi/v1/DataClass.ts';
import type { MetricBatchInput as _jidi_v1_MetricBatchInput, MetricBatch as _jidi_v1_MetricBatch } from '../../jidi/v1/MetricBatch.ts';
import type { ProcessBatchInput as _jidi_v1_ProcessBatchInput, ProcessBatch as _jidi_v1_ProcessBatch } from '../../jidi/v1/ProcessBatch.ts';
import type { InventoryInput as _jidi_v1_InventoryInput, Inventory as _jidi_v1_Inventory } from '../../jidi/v1/Inventory.ts';
import type { GapInput as _jidi_v1_GapInput, Gap as _jidi_v1_Gap } from '../../jidi/v1/Gap.ts';
import type { Long } from '@grpc/proto-loader';

export interface BatchInput {
  'dataClass'?: (_jidi_v1_DataClassInput);
  'sequence'?: (number | string | Long);
  'metrics'?: (_jidi_v1_MetricBatchInput | null);
  'processes'?: (_jidi_v1_ProcessBatchInput | null);
  'inventory'?: (_jidi_v1_InventoryInput | null);
  'gap'?: (_jidi_v1_GapInput | null);
  'bootedTimeMs'?: (number | string | Long);
  'receiptMayWait'?: (boolean);
  'payload'?: "metrics"|"processes"|"inventory"|"gap";
}

export interface Batch {
  'dataClass': (_jidi_v1_DataClass);
  'sequence': (number);
  'metrics'?: (_jidi_v1_MetricBatch | null);
  'processes'?: (_jidi_v1_ProcessBatch | null);
  'inventory'?: (_jidi_v1_Inventory | null);
  'gap'?: (_jidi_v1_Gap | null);
  'bootedTimeMs': (number);
  'receiptMayWait': (boolean);
  'payload'?: "metrics"|"processes"|"inventory"|"gap";
}
