// What a person asked of the identities of nodes and cannot have, with what to do.

export type NodeIdentityErrorCode =
  | 'unknown-token'
  | 'unknown-request'
  | 'unknown-certificate'
  | 'too-many-tokens';

export class NodeIdentityError extends Error {
  readonly code: NodeIdentityErrorCode;
  readonly remedy: string;

  constructor(code: NodeIdentityErrorCode, message: string, remedy: string) {
    super(message);
    this.name = 'NodeIdentityError';
    this.code = code;
    this.remedy = remedy;
  }
}
