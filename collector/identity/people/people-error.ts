// Why a wish about people was not carried out: a stable code, the subject, the remedy.

export type PeopleErrorCode =
  | 'bad-login'
  | 'bad-link'
  | 'too-many-attempts'
  | 'account-locked'
  | 'wrong-password'
  | 'weak-password'
  | 'unknown-account'
  | 'unknown-token'
  | 'account-exists'
  | 'last-admin'
  | 'session-needed'
  | 'permission-missing'
  | 'bad-parameter'
  | 'too-many'
  | 'too-busy';

export class PeopleError extends Error {
  readonly code: PeopleErrorCode;
  readonly remedy: string;
  /** Seconds until it may be tried again. */
  readonly retryAfter: number | undefined;

  constructor(code: PeopleErrorCode, message: string, remedy: string, retryAfter?: number) {
    super(message);
    this.name = 'PeopleError';
    this.code = code;
    this.remedy = remedy;
    this.retryAfter = retryAfter;
  }
}
