// The seam between the control streams' transport (here) and the life cycle of profiles and commands
// (collector/control): ingest checks who speaks and what arrives, the handler decides what it means.
import type { Batch } from '../../shared/model/batch.ts';
import type { Sender } from '../../shared/model/delivery.ts';
import type { Directive } from '../../shared/model/directive.ts';

/** A node whose control stream is open. */
export interface ControlPeer {
  readonly node: string;
  /** Hands a directive to the node; false when the stream is closed or its queue is full. */
  send(directive: Directive): boolean;
}

export interface ControlHandler {
  /** A newer stream of the same node replaces the older one; the older peer's end is not reported. */
  connected(peer: ControlPeer): void;
  disconnected(peer: ControlPeer): void;
  /** A command or profile report. Resolves once it is on disk; only then is it acknowledged. */
  report(sender: Sender, batch: Batch): Promise<void>;
}
