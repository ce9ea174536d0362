// Original file: proto/jidi/v1/inventory.proto

import type { InventoryInterfaceInput as _jidi_v1_InventoryInterfaceInput, InventoryInterface as _jidi_v1_InventoryInterface } from '../../jidi/v1/InventoryInterface.ts';
import type { InventoryDiskInput as _jidi_v1_InventoryDiskInput, InventoryDisk as _jidi_v1_InventoryDisk } from '../../jidi/v1/InventoryDisk.ts';
import type { Long } from '@grpc/proto-loader';

export interface InventoryInput {
  'timeMs'?: (number | string | Long);
  'model'?: (string);
  'cpuModel'?: (string);
  'sockets'?: (number);
  'cores'?: (number);
  'threads'?: (number);
  'memoryBytes'?: (number | string | Long);
  'os'?: (string);
  'kernel'?: (string);
  'arch'?: (string);
  'bootTimeMs'?: (number | string | Long);
  'interfaces'?: (_jidi_v1_InventoryInterfaceInput)[];
  'disks'?: (_jidi_v1_InventoryDiskInput)[];
}

export interface Inventory {
  'timeMs': (number);
  'model': (string);
  'cpuModel': (string);
  'sockets': (number);
  'cores': (number);
  'threads': (number);
  'memoryBytes': (number);
  'os': (string);
  'kernel': (string);
  'arch': (string);
  'bootTimeMs': (number);
  'interfaces': (_jidi_v1_InventoryInterface)[];
  'disks': (_jidi_v1_InventoryDisk)[];
}
