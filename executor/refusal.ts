// A "no" with its reason: thrown by the checks, caught where a request is answered. Nothing was run.
import type { ExecutorReason } from './protocol.ts';

export class Refusal extends Error {
  readonly reason: ExecutorReason;

  constructor(code: string, message: string, remedy: string) {
    super(message);
    this.name = 'Refusal';
    this.reason = { code, message, remedy };
  }
}
