// What the machine refused, with the subject in the message: `read /proc/stat: EACCES`.
import { errorCode, errorMessage } from '../../shared/errors.ts';

export class HostError extends Error {
  readonly code: string;

  constructor(subject: string, code: string, options?: ErrorOptions) {
    super(`${subject}: ${code}`, options);
    this.name = 'HostError';
    this.code = code;
  }
}

/** Wraps what a system call threw. */
export function hostError(subject: string, cause: unknown): HostError {
  return new HostError(subject, errorCode(cause) ?? errorMessage(cause), { cause });
}
