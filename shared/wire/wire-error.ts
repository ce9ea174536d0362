// What is wrong with a message of the other side, in words that name the field.

export type WireErrorCode =
  /** A field is not what the protocol says. */
  | 'malformed'
  /** More of something than the protocol allows. */
  | 'too-large'
  /** More series than a node may have. */
  | 'series-limit';

export class WireError extends Error {
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.name = 'WireError';
    this.code = code;
  }
}

export function malformed(field: string, complaint: string): WireError {
  return new WireError('malformed', `${field}: ${complaint}`);
}

export function tooLarge(field: string, complaint: string): WireError {
  return new WireError('too-large', `${field}: ${complaint}`);
}
