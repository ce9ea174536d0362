// The folder for what perf records. In: its place within the agent's state. Out: on disk the folder, empty and closed to others.
// An agent and a profiler that were killed together leave recordings behind; nobody else would ever remove them.
import { mkdirSync, rmSync } from 'node:fs';

export function emptyProfileFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
}
