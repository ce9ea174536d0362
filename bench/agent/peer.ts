// The contract of a measured program: how it is started on this machine and how many values it tells. In: an interval, a
// folder, a way to start programs. Out: process ids to look at.
import type { Programs } from '../measuring/started-programs.ts';

export interface PeerSetting {
  readonly intervalMs: number;
  /** Empty, of this start only, removed afterwards. */
  readonly folder: string;
  readonly programs: Programs;
}

/** Its root process, with everything below it. */
export interface MeasuredPart {
  readonly name: string;
  readonly pid: number;
}

/** Counted between `begin` and `end` of the window. */
export interface Delivered {
  /** Values told at one interval, on average. */
  readonly values: number;
  /** Facts of this peer alone, for the JSON and for notes. */
  readonly facts: Readonly<Record<string, number>>;
}

export interface RunningPeer {
  /** Their sum is the row of the peer. */
  readonly parts: readonly MeasuredPart[];
  /** The window begins: forget what was counted before. */
  begin(): void;
  /** The window is over. Programs still run. */
  end(): Promise<Delivered>;
  /** Ends what is not a started program. */
  close(): Promise<void>;
}

export interface Peer {
  readonly name: string;
  /** What it does here, for people. */
  readonly does: string;
  readonly seesProcesses: boolean;
  /** Its parts are programs of their own and have rows too. */
  readonly hasSeparateParts?: boolean;
  readonly needs: readonly { readonly program: string; readonly debian: string }[];
  /** Longer than that of the others where the start takes long to settle. */
  readonly leastWarmUpMs?: number;
  start(setting: PeerSetting): Promise<RunningPeer>;
}
