// What a bench may ask of a fleet process over IPC.
import type { FleetFigures } from './figures.ts';

export type FleetAsk =
  | { readonly id: number; readonly what: 'figures' | 'storm' | 'forget-latencies' }
  | { readonly id: number; readonly what: 'drain'; readonly deadlineMs: number };

export interface FleetAnswer {
  readonly id: number;
  readonly figures: FleetFigures;
}
