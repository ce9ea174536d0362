// In: whatever a route threw. Out: an RFC 9457 problem that names the subject and the remedy.
// What nobody foresaw becomes a 500 without details: they go to the log, under the request's id.
import { STATUS_CODES } from 'node:http';
import type { Problem } from '../../shared/api/problem.ts';
import { errorCode, errorMessage } from '../../shared/errors.ts';
import { NodeSetError } from '../../shared/nodeset.ts';
import { ControlError, type ControlErrorCode } from '../control/control.ts';
import { NodeIdentityError, type NodeIdentityErrorCode } from '../identity/nodes/identity-error.ts';
import { PeopleError, type PeopleErrorCode } from '../identity/people/people-error.ts';
import { ImportError, type ImportErrorCode } from '../import/import-error.ts';
import { QueryError } from '../query/query.ts';

export const problemType = 'application/problem+json; charset=utf-8';

/** An answer that a route gives instead of data. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly remedy: string;

  constructor(status: number, code: string, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpProblem';
    this.status = status;
    this.code = code;
    this.remedy = remedy;
  }
}

export function problemBody(problem: HttpProblem, requestId: string): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    remedy: problem.remedy,
    requestId,
  };
}

const controlStatus: Readonly<Record<ControlErrorCode, number>> = {
  'unknown-node': 404,
  'unknown-action': 404,
  'unknown-job': 404,
  'unknown-profile': 404,
  'unknown-command': 404,
  'node-not-connected': 409,
  'already-over': 409,
  'bad-parameter': 400,
  'unknown-process': 404,
  'not-yours': 403,
  'too-many': 429,
};

const queryStatus: Readonly<Record<QueryError['code'], number>> = {
  'not-a-counter': 400,
  'too-many-samples': 422,
  'too-busy': 429,
  'bad-parameter': 400,
  'unknown-profile': 404,
  'no-stacks': 409,
  'no-samples': 409,
  'nothing-chosen': 404,
};

const importStatus: Readonly<Record<ImportErrorCode, number>> = {
  'bad-file': 400,
  'empty-file': 422,
  'unknown-unit': 422,
  'file-too-large': 413,
  'too-busy': 429,
};

const peopleStatus: Readonly<Record<PeopleErrorCode, number>> = {
  'bad-login': 401,
  'bad-link': 401,
  'too-many-attempts': 429,
  'account-locked': 403,
  'wrong-password': 403,
  'weak-password': 400,
  'unknown-account': 404,
  'unknown-token': 404,
  'account-exists': 409,
  'last-admin': 409,
  'session-needed': 403,
  'permission-missing': 403,
  'bad-parameter': 400,
  'too-many': 429,
  'too-busy': 429,
};

const nodeIdentityStatus: Readonly<Record<NodeIdentityErrorCode, number>> = {
  'unknown-token': 404,
  'unknown-request': 404,
  'unknown-certificate': 404,
  'too-many-tokens': 429,
};

export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof ControlError) {
    return new HttpProblem(controlStatus[error.code], error.code, error.message, error.remedy);
  }
  if (error instanceof QueryError) {
    return new HttpProblem(queryStatus[error.code], error.code, error.message, error.remedy);
  }
  if (error instanceof ImportError) {
    return new HttpProblem(importStatus[error.code], error.code, error.message, error.remedy);
  }
  if (error instanceof PeopleError) {
    return new HttpProblem(peopleStatus[error.code], error.code, error.message, error.remedy, {
      cause: error,
    });
  }
  if (error instanceof NodeIdentityError) {
    return new HttpProblem(nodeIdentityStatus[error.code], error.code, error.message, error.remedy);
  }
  if (error instanceof NodeSetError) {
    return new HttpProblem(400, 'bad-node-set', error.message, error.remedy);
  }
  return errorOfStore(error) ?? errorOfFramework(error) ?? unforeseen(error);
}

const storeRemedies: Readonly<Record<string, string>> = {
  'disk-full': 'Free space on the disk of the data folder; the collector goes on by itself.',
  'read-only': 'Make the data folder writable for the user of the collector.',
  closed: 'The collector is stopping; ask again when it is back.',
  busy: 'Ask again in some seconds; when it lasts, the disk is too slow.',
};

/** Told by its name: this layer does not reach down to the store. A damaged store is a case for the log. */
function errorOfStore(error: unknown): HttpProblem | undefined {
  if (!(error instanceof Error) || error.name !== 'StoreError') return undefined;
  const code = errorCode(error) ?? '';
  const remedy = storeRemedies[code];
  return remedy === undefined
    ? undefined
    : new HttpProblem(503, code, error.message, remedy, { cause: error });
}

const frameworkProblems: Readonly<Record<string, readonly [status: number, code: string, remedy: string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'not-json', 'Send the body as application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: [
    413,
    'body-too-large',
    'Send at most 256 KiB; a file to import may have 64 MiB.',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'bad-json', 'Send one well-formed JSON object.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'bad-length', 'Send as many bytes as Content-Length says.'],
  FST_ERR_BAD_URL: [400, 'bad-url', 'Escape the address as RFC 3986 says.'],
  FST_ERR_HANDLER_TIMEOUT: [503, 'timeout', 'Ask for less, or again later.'],
};

function errorOfFramework(error: unknown): HttpProblem | undefined {
  const known = frameworkProblems[errorCode(error) ?? ''];
  if (known !== undefined) return new HttpProblem(known[0], known[1], errorMessage(error), known[2]);
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  const status = Number(error.statusCode);
  if (!(status >= 400 && status < 500)) return undefined;
  return new HttpProblem(status, 'bad-request', errorMessage(error), 'Change the request.');
}

function unforeseen(error: unknown): HttpProblem {
  const remedy = 'Look for the request id in the log of the collector.';
  return new HttpProblem(500, 'internal', 'The collector failed to answer.', remedy, { cause: error });
}
