// The collector's HTTP API. In: paths and bodies. Out: the API's objects, or a CliError whose exit code says
// what went wrong. Every call has a deadline, every answer a bound.
import type { Problem } from '../shared/api/problem.ts';
import { errorCode, errorMessage } from '../shared/errors.ts';
import { nodeNamePattern } from '../shared/model/node.ts';
import { CliError, type ExitCode, exitCodes } from './exit-code.ts';
import { ask, type Place, type Told } from './http-transport.ts';

export const defaultUrl = 'http://127.0.0.1:7300';
const deadlineMs = 30_000;
/** Ids are made of the same characters. */
const nameOrId = new RegExp(nodeNamePattern);

export interface ApiClientOptions {
  readonly place: Place;
  readonly language: string;
}

/** Values that are undefined are left out of the address. */
export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

export class ApiClient {
  readonly #base: URL;
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#base = parseUrl(options.place.url);
    this.#options = options;
  }

  /** Of the collector, with a slash at the end. */
  get url(): string {
    return this.#base.href;
  }

  get<T>(path: string, query: QueryValues = {}): Promise<T> {
    return this.#json<T>('GET', path, { query });
  }

  post<T>(path: string, body?: object): Promise<T> {
    return this.#json<T>('POST', path, { body });
  }

  /** What is done and has no answer. */
  async order(path: string, body: object): Promise<void> {
    await this.#bytes('POST', path, { body });
  }

  patch<T>(path: string, body: object): Promise<T> {
    return this.#json<T>('PATCH', path, { body });
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
    const { place, language } = this.#options;
    const { token } = place;
    const headers: Record<string, string> = { accept: '*/*', 'accept-language': language };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = body.type;
    try {
      const told = await ask(place, { url, method, headers, body: body?.data, deadlineMs });
      if (told.status >= 200 && told.status < 300) return told.bytes;
      throw this.#refusal(told, query);
    } catch (error) {
      if (error instanceof CliError) throw error;
      throw this.#unreachable(error);
    }
  }

  #refusal(response: Told, query: QueryValues): CliError {
    const problem = parseProblem(response);
    if (problem === undefined) return this.#stranger(`HTTP status ${response.status}`, undefined);
    return new CliError(exitCodeOf(response.status), asOption(problem.detail, query), problem.remedy, {
      code: problem.code,
    });
  }

  #unreachable(error: unknown): CliError {
    const why = errorCode(error) ?? errorMessage(error);
    // The port of agents, most often.
    if (why.startsWith('HPE_')) return this.#stranger('an answer that is not HTTP', error);
    if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(why)) return this.#untrusted(why, error);
    return new CliError(
      exitCodes.unreachable,
      `collector ${this.#options.place.socket ?? this.#base.href}: unreachable (${why})`,
      'Start one with npm start in a checkout, or name the address of yours with --url or JIDI_URL.',
      { cause: error },
    );
  }

  #untrusted(why: string, cause: unknown): CliError {
    const remedy =
      "Name the authority's certificate when you log in: jidi login URL --authority FILE; the collector's own lies in its data folder, identity/web-authority.pem.";
    return new CliError(exitCodes.unreachable, `${this.#base.href}: not trusted (${why})`, remedy, { cause });
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
}: RequestParts): { readonly data: string | Uint8Array; readonly type: string } | undefined {
  if (data !== undefined) return { data: data.bytes, type: data.type };
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

type ToldProblem = Pick<Problem, 'code' | 'detail' | 'remedy'>;

/** undefined when the answer is none of the collector's. */
function parseProblem({ headers, bytes }: Told): ToldProblem | undefined {
  if (headers['content-type']?.startsWith('application/problem+json') !== true) return undefined;
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
