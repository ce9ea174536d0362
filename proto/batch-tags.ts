// Tags of a Batch in a request of telemetry.proto, for those who read bytes without the descriptor: number of the field, how its
// value lies there.

/** Of StreamTelemetryRequest. */
export const batchField = 0x12;
export const batchClass = 0x08;
export const batchSequence = 0x10;
export const batchMetrics = 0x1a;
export const batchProcesses = 0x22;
export const batchInventory = 0x2a;
export const batchGap = 0x32;
export const batchBooted = 0x38;
export const batchReceiptMayWait = 0x40;
