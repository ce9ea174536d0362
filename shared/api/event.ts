// Live updates over HTTP: server-sent events on /api/v1/events, each with an id that Last-Event-ID may name.
import type { Command } from './command.ts';
import type { Node } from './node.ts';
import type { Profile } from './profile.ts';

/** The `event:` name of the SSE frame is `kind`, its `data:` this object as JSON. */
export type LiveEvent =
  /** A node appeared or changed its state. */
  | { readonly kind: 'node'; readonly node: Node }
  /** New samples of a node are stored up to this time (seconds since the Unix epoch). */
  | { readonly kind: 'tick'; readonly node: string; readonly time: number }
  /** A profile was made, went on or ended. */
  | { readonly kind: 'profile'; readonly profile: Profile }
  | { readonly kind: 'profile-deleted'; readonly id: string }
  /** A command went on; `output` of its targets is left out here. */
  | { readonly kind: 'command'; readonly command: Command };
