// A "no" with its reason: thrown by the checks, caught where a request is answered. Nothing was run.
// And the words of what else was thrown, as they go into a reason.
import type { Reason } from '../shared/model/reason.ts';

export class Refusal extends Error {
  readonly reason: Reason;

  constructor(code: string, message: string, remedy: string) {
    super(message);
    this.name = 'Refusal';
    this.reason = { code, message, remedy };
  }
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
