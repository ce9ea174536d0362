// What the program's end says to scripts, and the error that leads there. Commands throw CliError; the entry prints it.

export const exitCodes = {
  ok: 0,
  /** Something did not work on some node, or a profile failed. */
  failure: 1,
  usage: 2,
  forbidden: 3,
  unreachable: 4,
  notFound: 5,
  /** A bug in this program. */
  internal: 70,
  /** Ended by Ctrl-C before there was a result. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Printed as a sentence with its remedy; ends the program with the exit code. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly remedy: string;
  /** The collector's word for it. */
  readonly code: string | undefined;

  constructor(
    exitCode: ExitCode,
    message: string,
    remedy: string,
    { code, ...options }: ErrorOptions & { readonly code?: string | undefined } = {},
  ) {
    super(message, options);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.remedy = remedy;
    this.code = code;
  }
}
