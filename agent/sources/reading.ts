// What sources share when they read: probing, going on after a failed part, telling a cut file.
import { errorCode, errorMessage } from '../../shared/errors.ts';
import type { ByteCursor } from '../host/byte-cursor.ts';
import type { Host } from '../host/host.ts';
import { HostError } from '../host/host-error.ts';
import type { KernelFile } from '../host/kernel-files.ts';
import type { Probe } from './source.ts';

/** Present when the file can be read; one that is too long is the reading's matter. */
export function probeFile(host: Host, path: string, remedy: string): Probe {
  try {
    host.readBytes(path);
    return { present: true };
  } catch (error) {
    if (errorCode(error) === 'EFBIG') return { present: true };
    return { present: false, reason: errorMessage(error), remedy };
  }
}

/** Reads every part, also after one has failed, and then throws the first failure. */
export function readParts(parts: readonly (() => void)[]): void {
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      part();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Throws when the file ended inside a line, or when nothing that was looked for is in it. */
export function requireContent(cursor: ByteCursor, path: string, found: number): void {
  if (cursor.isCut) throw new HostError(`read ${path}: ends inside a line`, 'EBADMSG');
  if (found === 0) throw new HostError(`read ${path}: nothing known is in it`, 'EBADMSG');
}

/** The content of a file that a kernel need not have; null when it is not there. */
export function readIfThere(file: KernelFile): ByteCursor | null {
  try {
    return file.read();
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

/** True for what says that a thing is not there, as against one that cannot be read. */
export function isAbsence(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENODEV' || code === 'ENXIO' || code === 'EOPNOTSUPP';
}
