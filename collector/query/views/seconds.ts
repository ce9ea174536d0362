// The store counts in milliseconds, the API in seconds.

export function seconds(ms: number): number {
  return ms / 1000;
}

export function secondsOrNull(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
