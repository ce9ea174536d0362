// What the collector tells a node to do over the control stream.
import type { CommandRequest } from './command.ts';
import type { ProfileRequest } from './profile.ts';

export type Directive =
  | { readonly kind: 'start-profile'; readonly request: ProfileRequest }
  | { readonly kind: 'stop-profile'; readonly profileId: string }
  | { readonly kind: 'run-command'; readonly request: CommandRequest }
  | { readonly kind: 'cancel-command'; readonly commandId: string };
