// The collector's HTTP API, by fetch. In: paths and bodies. Out: the API's objects, or a CliError whose exit code says
// what went wrong. Every call has a deadline, every answer a bound.
import type { Problem } from '../shared/api/problem.ts';
import { errorCode, errorMessage } from '../shared/errors.ts';
import { nodeNamePattern } from '../shared/model/node.ts';
import { CliError, type ExitCode, exitCodes } from './exit-code.ts';

export const defaultUrl = 'http://127.0.0.1:7300';
const deadlineMs = 30_000;
/** Ids are made of the same characters. */
const nameOrId = new RegExp(nodeNamePattern);
const maxAnswerBytes = 256 * 1024 * 1024;

export interface ApiClientOptions {
  readonly url: string;
  readonly token: string | undefined;
  readonly language: string;
}

/** Values that are undefined are left out of the address. */
export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

export class ApiClient {
  readonly #base: URL;
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#base = parseUrl(options.url);
    this.#options = options;
  }

  get<T>(path: string, query: QueryValues = {}): Promise<T> {
    return this.#json<T>('GET', path, { query });
  }

  post<T>(path: string, body?: object): Promise<T> {
    return this.#json<T>('POST', path, { body });
  }

  upload<T>(path: string, data: Uint8Array, { type, query }: UploadOptions): Promise<T> {
    return this.#json<T>('POST', path, { query, data: { bytes: data, type } });
  }

  async delete(path: string): Promise<void> {
    await this.#bytes('DELETE', path, {});
  }

  download(path: string, query: QueryValues): Promise<Uint8Array> {
    return this.#bytes('GET', path, { query });
  }

  async #json<T>(method: string, path: string, parts: RequestParts): Promise<T> {
    const bytes = await this.#bytes(method, path, parts);
    try {
      return JSON.parse(new TextDecoder().decode(bytes)) as T;
    } catch (error) {
      throw this.#stranger('an answer that is not JSON', error);
    }
  }

  async #bytes(method: string, path: string, parts: RequestParts): Promise<Uint8Array> {
    const { query = {} } = parts;
    const body = bodyOf(parts);
    const url = new URL(`api/v1/${path}`, this.#base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const { token, language } = this.#options;
    const headers: Record<string, string> = { accept: '*/*', 'accept-language': language };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = body.type;
    const sent = { method, headers, redirect: 'error', signal: AbortSignal.timeout(deadlineMs) } as const;
    try {
      const response = await fetch(url, body === undefined ? sent : { ...sent, body: body.data });
      const bytes = await readBody(response);
      if (response.ok) return bytes;
      throw this.#refusal(response, bytes, query);
    } catch (error) {
      if (error instanceof CliError) throw error;
      throw this.#unreachable(error);
    }
  }

  #refusal(response: Response, bytes: Uint8Array, query: QueryValues): CliError {
    const problem = parseProblem(response, bytes);
    if (problem === undefined) return this.#stranger(`HTTP status ${response.status}`, undefined);
    return new CliError(exitCodeOf(response.status), asOption(problem.detail, query), problem.remedy, {
      code: problem.code,
    });
  }

  #unreachable(error: unknown): CliError {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    // The port of agents, most often.
    if (cause instanceof Error && cause.name === 'HTTPParserError')
      return this.#stranger('an answer that is not HTTP', error);
    const why = errorCode(cause) ?? errorMessage(cause);
    return new CliError(
      exitCodes.unreachable,
      `collector ${this.#base.href}: unreachable (${why})`,
      'Start one with npm start in a checkout, or name the address of yours with --url or JIDI_URL.',
      { cause: error },
    );
  }

  #stranger(what: string, cause: unknown): CliError {
    return new CliError(
      exitCodes.unreachable,
      `${this.#base.href}: ${what}; this is no collector`,
      'Name the address that the collector printed as its console with --url or JIDI_URL.',
      { cause },
    );
  }
}

interface RequestParts {
  readonly query?: QueryValues;
  readonly body?: object | undefined;
  readonly data?: { readonly bytes: Uint8Array; readonly type: string };
}

export interface UploadOptions {
  readonly query: QueryValues;
  readonly type: string;
}

function bodyOf({
  body,
  data,
}: RequestParts): { readonly data: string | Uint8Array<ArrayBuffer>; readonly type: string } | undefined {
  if (data !== undefined) return { data: new Uint8Array(data.bytes), type: data.type };
  return body === undefined ? undefined : { data: JSON.stringify(body), type: 'application/json' };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new CliError(
      exitCodes.usage,
      `collector address ${JSON.stringify(text)}: not usable`,
      `Write http://HOST:PORT, e.g. ${defaultUrl}; a token goes to JIDI_TOKEN.`,
    );
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

async function readBody(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxAnswerBytes) {
      throw new CliError(
        exitCodes.failure,
        'The answer of the collector is too large.',
        'Ask for less: a shorter range, a longer step, fewer nodes.',
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

type ToldProblem = Pick<Problem, 'code' | 'detail' | 'remedy'>;

/** undefined when the answer is none of the collector's. */
function parseProblem(response: Response, bytes: Uint8Array): ToldProblem | undefined {
  if (response.headers.get('content-type')?.startsWith('application/problem+json') !== true) return undefined;
  try {
    const problem: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof problem !== 'object' || problem === null) return undefined;
    const told = new Map(Object.entries(problem));
    const text = (name: string): string => (told.has(name) ? String(told.get(name)) : '');
    return { code: text('code'), detail: text('detail'), remedy: text('remedy') };
  } catch {
    // Whatever sent this, it was no collector: the caller says so.
    return undefined;
  }
}

/** What the API calls a parameter a person has written as an option, and wants to see again. */
function asOption(detail: string, query: QueryValues): string {
  return detail.replace(/^query parameter (\w+): /, (told, name: string) => {
    const value = query[name];
    return value === undefined ? told : `--${name === 'metrics' ? 'metric' : name} ${value}: `;
  });
}

function exitCodeOf(status: number): ExitCode {
  if (status === 401 || status === 403) return exitCodes.forbidden;
  if (status === 404) return exitCodes.notFound;
  return status === 400 || status === 413 || status === 422 ? exitCodes.usage : exitCodes.failure;
}

/** A path with its values: apiPath`nodes/${name}`. A value that is no name, as one of another path, is refused. */
export function apiPath(texts: TemplateStringsArray, ...values: readonly string[]): string {
  return texts.reduce((path, text, index) => path + checkSegment(values[index - 1] ?? '') + text);
}

function checkSegment(value: string): string {
  if (nameOrId.test(value)) return value;
  throw new CliError(
    exitCodes.usage,
    `${JSON.stringify(value)}: no name`,
    'Name one node or one id; jidi node ls and the other lists show them.',
  );
}
