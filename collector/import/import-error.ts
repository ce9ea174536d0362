// Why a file did not become a profile. Messages name the file's line or field; the HTTP layer turns them into problems.

export type ImportErrorCode =
  /** It is not in the format that it is said to be in. */
  | 'bad-file'
  /** It is, and nothing was sampled in it. */
  | 'empty-file'
  /** It counts what no profile here counts. */
  | 'unknown-unit'
  | 'file-too-large'
  | 'too-busy';

export class ImportError extends Error {
  readonly code: ImportErrorCode;
  readonly remedy: string;

  constructor(code: ImportErrorCode, message: string, remedy: string) {
    super(message);
    this.name = 'ImportError';
    this.code = code;
    this.remedy = remedy;
  }
}

export function badFile(
  what: string,
  remedy = 'Check the format that was named, and that the file is whole.',
) {
  return new ImportError('bad-file', what, remedy);
}

export function tooLarge(what: string): ImportError {
  return new ImportError('file-too-large', what, 'Cut the file down, or merge its stacks before.');
}
