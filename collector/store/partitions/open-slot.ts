// A slot that is being written, and its way from and to what lies in the file.
import type { Slot } from './rows.ts';

export interface OpenSlot extends Pick<Slot, 'id' | 'origin'> {
  firstMs: number;
  lastMs: number;
  readonly groups: Set<number>;
  readonly nodes: Set<number>;
}

export function emptySlot(id: number, origin: number): OpenSlot {
  return { id, origin, firstMs: Number.MAX_SAFE_INTEGER, lastMs: 0, groups: new Set(), nodes: new Set() };
}

export function openedSlot(slot: Slot): OpenSlot {
  return { ...slot, groups: new Set(slot.groups), nodes: new Set(slot.nodes) };
}

/** It takes as long as the slot is large. */
export function closedSlot(slot: OpenSlot): Slot {
  return { ...slot, groups: ascending(slot.groups), nodes: ascending(slot.nodes) };
}

/** As far as one node is concerned: thousands are asked for one after another. */
export function slotOfNode(slot: OpenSlot, node: number): Slot {
  return { ...slot, groups: [], nodes: slot.nodes.has(node) ? [node] : [] };
}

function ascending(numbers: Set<number>): readonly number[] {
  return [...numbers].sort((left, right) => left - right);
}
