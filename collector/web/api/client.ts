// In: paths below /api/v1 and plain objects. Out: the API's own objects, or an ApiError that says what to do.
// Refuses to wait longer than the deadline, and to reach anything but the collector that served the page.
import type { Problem } from '../../../shared/api/problem.ts';
import { noteServerDate } from '../state/server-clock.ts';
import { noteNobody } from '../state/session.ts';

const deadlineMs = 20_000;

/** `code` is the collector's stable word, or `unreachable` when no answer came. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly remedy: string;

  constructor(problem: Pick<Problem, 'code' | 'status' | 'detail' | 'remedy'>, cause?: unknown) {
    super(problem.detail, { cause });
    this.name = 'ApiError';
    this.code = problem.code;
    this.status = problem.status;
    this.remedy = problem.remedy;
  }
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
}

export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

export function getJson<T>(path: string, query: QueryValues = {}, options: RequestOptions = {}): Promise<T> {
  return request<T>('GET', apiPath(path, query), undefined, options);
}

export function postJson<T>(path: string, body?: unknown): Promise<T> {
  return request<T>('POST', apiPath(path), body, {});
}

export function patchJson<T>(path: string, body: unknown): Promise<T> {
  return request<T>('PATCH', apiPath(path), body, {});
}

/** Bytes as they are. */
export function postBody<T>(path: string, query: QueryValues, body: Blob): Promise<T> {
  return request<T>('POST', apiPath(path, query), body, {});
}

export function deleteAt(path: string): Promise<void> {
  return request<undefined>('DELETE', apiPath(path), undefined, {});
}

export function apiPath(path: string, query: QueryValues = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return `/api/v1${path}${text === '' ? '' : `?${text}`}`;
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

async function request<T>(
  method: string,
  url: string,
  body: unknown,
  { signal }: RequestOptions,
): Promise<T> {
  const deadline = AbortSignal.timeout(deadlineMs);
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        'x-jidi': 'console',
        ...(body === undefined ? {} : typeOf(body)),
      },
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
    });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError({ code: 'unreachable', status: 0, detail: '', remedy: '' }, error);
  }
  noteServerDate(response.headers.get('date'));
  if (!response.ok) {
    const problem = await readProblem(response);
    if (problem.code === 'login-needed') noteNobody();
    throw new ApiError(problem);
  }
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

function typeOf(body: unknown): { readonly 'content-type': string } {
  return { 'content-type': body instanceof Blob ? 'application/octet-stream' : 'application/json' };
}

async function readProblem(response: Response): Promise<Problem> {
  const plain: Problem = {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    detail: `${response.status} ${response.statusText}`,
    code: 'http',
    remedy: '',
    requestId: '',
  };
  try {
    const told = (await response.json()) as Partial<Problem>;
    return { ...plain, ...told };
  } catch {
    // Not every error is told in JSON (a proxy's page); the status then says what there is to say.
    return plain;
  }
}
