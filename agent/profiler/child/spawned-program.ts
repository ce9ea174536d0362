// Runs the profiler program as a child, with a private folder. Out: when it is over its folder is gone, and all that it started.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Reason } from '../../../shared/model/reason.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { longestComplaint, type ProfilerMessage } from '../profiler-messages.ts';
import { profilerCrashed } from '../reasons.ts';
import type { ProfileProgram } from './profile-program.ts';

export interface SpawnedProgramOptions {
  /** Arguments for Node that start it. */
  readonly program: readonly string[];
  /** Where its private folder is made. */
  readonly folder: string;
}

export class SpawnedProgram implements ProfileProgram {
  readonly folder: string;
  readonly over: Promise<Reason>;
  readonly #child: ChildProcessWithoutNullStreams;

  /** Throws where the folder cannot be made. */
  constructor({ program, folder }: SpawnedProgramOptions, onBytes: (bytes: Buffer) => void) {
    this.folder = mkdtempSync(join(folder, 'jidi-profile-'));
    // A group of its own, so that one signal reaches perf, too.
    this.#child = spawn(process.execPath, program, { env: {}, stdio: 'pipe', detached: true });
    this.#child.stdout.on('data', onBytes);
    // A program that has ended takes no more messages; its end is told below.
    this.#child.stdin.on('error', () => undefined);
    this.over = this.#end();
  }

  send(message: ProfilerMessage): void {
    if (this.#child.stdin.writable) this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Nothing is left in the group.
    }
  }

  async #end(): Promise<Reason> {
    const complaint = await this.#complaint();
    // perf survives a program that crashed.
    this.kill();
    rmSync(this.folder, { recursive: true, force: true });
    return profilerCrashed(complaint);
  }

  /** What the program or the system said about its end. */
  #complaint(): Promise<string> {
    let complaint = '';
    this.#child.stderr.on('data', (bytes: Buffer) => {
      complaint = truncate(complaint + bytes.toString('utf8'), longestComplaint);
    });
    return new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('close', (code, signal) => {
        resolve(visible(complaint.trim()) || (signal ?? `exit code ${code}`));
      });
    });
  }
}
