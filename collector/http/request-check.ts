// In: the schema of a part of a request. Out: a check that hands on the part, with the types and the defaults of the
// schema, or a problem that names the parameter and what is allowed there. Unknown parameters are refused.
import type { TSchema } from 'typebox';
import { Default, Errors } from 'typebox/value';
import { HttpProblem } from './problems.ts';

type Part = Readonly<Record<string, unknown>>;

/** What is read of a schema; the rest is up to the library. */
interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly anyOf?: readonly { readonly const?: unknown }[];
}

type Checked = { readonly value: unknown } | { readonly error: HttpProblem };

const partNames: Readonly<Record<string, string>> = {
  querystring: 'query parameter',
  params: 'path parameter',
  body: 'body field',
};

export function requestCheck(route: { schema: unknown; httpPart?: string }): (data: unknown) => Checked {
  const schema = route.schema as TSchema & SchemaNode;
  const part = partNames[route.httpPart ?? ''] ?? 'field';
  const textual = route.httpPart !== 'body';
  return (data) => {
    const given = Default(schema, textual ? typed(schema, data) : data);
    const found = Errors(schema, given).map((error) => problemAt(schema, part, error));
    // An unknown name says more than what else is wrong: it may be a misspelt one.
    const error = found.find(({ code }) => code === 'unknown-parameter') ?? found[0];
    return error === undefined ? { value: given } : { error };
  };
}

/** Numbers and booleans of an address arrive as text. */
function typed(schema: SchemaNode, data: unknown): Part {
  const result: Record<string, unknown> = { ...(data as Part) };
  for (const [name, { type }] of Object.entries(schema.properties ?? {})) {
    const text = result[name];
    if (typeof text !== 'string') continue;
    if (type === 'boolean' && (text === 'true' || text === 'false')) result[name] = text === 'true';
    const numeric = type === 'number' || type === 'integer';
    if (numeric && /^-?\d{1,15}(\.\d{1,9})?$/.test(text)) result[name] = Number(text);
  }
  return result;
}

interface Violation {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

function problemAt(schema: SchemaNode, part: string, error: Violation): HttpProblem {
  const path = error.instancePath.split('/').slice(1);
  if (error.keyword === 'additionalProperties') {
    const known = Object.keys(schemaAt(schema, path)?.properties ?? {}).join(', ');
    return refusal(
      part,
      [...path, firstOf(error.params, 'additionalProperties')],
      'unknown',
      `Known: ${known}.`,
    );
  }
  if (error.keyword === 'required') {
    const missing = [...path, firstOf(error.params, 'requiredProperties')];
    return refusal(part, missing, 'missing', allowedAt(schemaAt(schema, missing)));
  }
  return refusal(part, path, error.message, allowedAt(schemaAt(schema, path)));
}

function refusal(part: string, path: readonly string[], what: string, remedy: string): HttpProblem {
  const name = path.join('.').slice(0, 100);
  const code = what === 'unknown' ? 'unknown-parameter' : 'bad-parameter';
  return new HttpProblem(400, code, name === '' ? `${part}s: ${what}` : `${part} ${name}: ${what}`, remedy);
}

function firstOf(params: object, key: string): string {
  const names: unknown = Object.entries(params).find(([name]) => name === key)?.[1];
  return Array.isArray(names) ? String(names[0]) : '';
}

function schemaAt(schema: SchemaNode, path: readonly string[]): SchemaNode | undefined {
  let current: SchemaNode | undefined = schema;
  for (const name of path) current = current?.properties?.[name];
  return current;
}

/** 'Allowed: integer from 1 to 2000. Hz.' */
function allowedAt(schema: SchemaNode | undefined): string {
  if (schema === undefined) return 'See /api/v1/openapi.json.';
  const choices = schema.anyOf?.flatMap((choice) => ('const' in choice ? [String(choice.const)] : [])) ?? [];
  const kind = choices.length > 0 ? choices.join(', ') : (schema.type ?? 'a value');
  const range =
    schema.minimum === undefined && schema.maximum === undefined
      ? ''
      : ` from ${schema.minimum ?? 'any'} to ${schema.maximum ?? 'any'}`;
  const length = schema.maxLength === undefined ? '' : ` of at most ${schema.maxLength} characters`;
  const pattern = schema.pattern === undefined ? '' : ` that matches ${schema.pattern}`;
  const words = schema.description === undefined ? '' : ` ${schema.description}`;
  return `Allowed: ${kind}${range}${length}${pattern}.${words}`;
}
