// Original file: proto/jidi/v1/inventory.proto

import type { Long } from '@grpc/proto-loader';

export interface InventoryDiskInput {
  'name'?: (string);
  'model'?: (string);
  'sizeBytes'?: (number | string | Long);
}

export interface InventoryDisk {
  'name': (string);
  'model': (string);
  'sizeBytes': (number);
}
