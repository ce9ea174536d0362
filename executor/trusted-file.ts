// Reads or checks a file that decides what may run: only root or the executor's own user may have written it.
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { errorText, Refusal } from './refusal.ts';

const maxBytes = 64 * 1024;

/** Text of the file, or a Refusal with the code `policy-unusable`. */
export function readTrustedFile(path: string): string {
  let descriptor: number | undefined;
  try {
    // O_NONBLOCK so that a FIFO in the file's place cannot hold the executor.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(descriptor);
    checkOwner(path, stats, 'policy-unusable');
    if (stats.size > maxBytes) throw unusable(path, 'is larger than 64 KiB', 'Shorten it');
    return readFileSync(descriptor, 'utf8');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw unusable(path, `cannot be read: ${errorText(error)}`, 'Put a readable file there');
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Refuses a program that somebody else could have written. */
export function checkTrustedProgram(path: string, policyFile: string): void {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    throw new Refusal(
      'program-unusable',
      `${path}, which ${policyFile} names, cannot be used: ${errorText(error)}.`,
      `Put the program there or change its path in ${policyFile}.`,
    );
  }
  checkOwner(path, stats, 'program-unusable');
  if ((stats.mode & 0o111) === 0) {
    throw new Refusal('program-unusable', `${path} is not executable.`, `Run: chmod 0755 ${path}`);
  }
}

function checkOwner(path: string, stats: Stats, code: string): void {
  const ownUid = process.geteuid?.() ?? 0;
  if (!stats.isFile()) {
    throw new Refusal(code, `${path} is not a regular file.`, 'Put a regular file there.');
  }
  if (stats.uid !== 0 && stats.uid !== ownUid) {
    throw new Refusal(
      code,
      `${path} belongs to uid ${stats.uid}; only root or uid ${ownUid} may own it.`,
      `Run: chown root ${path}`,
    );
  }
  if ((stats.mode & 0o022) !== 0) {
    const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
    throw new Refusal(
      code,
      `${path} is writable by group or others (mode ${mode}).`,
      `Run: chmod go-w ${path}`,
    );
  }
}

function unusable(path: string, what: string, remedy: string): Refusal {
  return new Refusal(
    'policy-unusable',
    `The policy ${path} ${what}; every command is refused.`,
    `${remedy}, owned by root, mode 0644.`,
  );
}
