// Original file: proto/jidi/v1/common.proto

export const DataClass = {
  DATA_CLASS_UNSPECIFIED: 'DATA_CLASS_UNSPECIFIED',
  DATA_CLASS_RESULT: 'DATA_CLASS_RESULT',
  DATA_CLASS_EVENT: 'DATA_CLASS_EVENT',
  DATA_CLASS_METRIC: 'DATA_CLASS_METRIC',
  DATA_CLASS_PROCESS: 'DATA_CLASS_PROCESS',
  DATA_CLASS_PROFILE: 'DATA_CLASS_PROFILE',
} as const;

export type DataClassInput =
  | 'DATA_CLASS_UNSPECIFIED'
  | 0
  | 'DATA_CLASS_RESULT'
  | 1
  | 'DATA_CLASS_EVENT'
  | 2
  | 'DATA_CLASS_METRIC'
  | 3
  | 'DATA_CLASS_PROCESS'
  | 4
  | 'DATA_CLASS_PROFILE'
  | 5

export type DataClass = typeof DataClass[keyof typeof DataClass]
