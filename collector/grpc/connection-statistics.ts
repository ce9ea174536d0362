// What one listener counts about its connections. Plain figures; who shows them reads them when asked.

export interface ConnectionStatistics {
  /** Open ones, those in their handshake included. */
  open: number;
  openHandshakes: number;
  opened: number;
  /** Connections that were turned away or ended, by reason. */
  readonly refused: Map<string, number>;
}

export function createConnectionStatistics(): ConnectionStatistics {
  return { open: 0, openHandshakes: 0, opened: 0, refused: new Map() };
}

export function countRefused({ refused }: ConnectionStatistics, reason: string): void {
  refused.set(reason, (refused.get(reason) ?? 0) + 1);
}
