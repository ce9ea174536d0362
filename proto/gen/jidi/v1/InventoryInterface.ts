// Original file: proto/jidi/v1/inventory.proto

import type { Long } from '@grpc/proto-loader';

export interface InventoryInterfaceInput {
  'name'?: (string);
  'mac'?: (string);
  'addresses'?: (string)[];
  'bitsPerSecond'?: (number | string | Long);
}

export interface InventoryInterface {
  'name': (string);
  'mac': (string);
  'addresses': (string)[];
  'bitsPerSecond': (number);
}
