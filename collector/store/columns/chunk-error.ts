// What is thrown for bytes that no encoder of this folder made, or that have changed since.

/** Damaged, or of a format that this version does not know. Nothing of it may be used. */
export class ChunkError extends Error {
  readonly code: 'checksum' | 'malformed';

  constructor(code: ChunkError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ChunkError';
    this.code = code;
  }
}

export function malformed(what: string): ChunkError {
  return new ChunkError('malformed', `chunk: ${what}`);
}
