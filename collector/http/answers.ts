// In: what a route answers with. Out: its responses for the OpenAPI description, problems included.
import { type TSchema, Type } from 'typebox';
import { NodeName } from '../../shared/api/node.ts';
import { Problem } from '../../shared/api/problem.ts';

const problem = {
  description: 'A problem, with its code and a remedy.',
  content: { 'application/problem+json': { schema: Problem } },
};

const problems = { '4xx': problem, '5xx': problem };

export function answers(status: 200 | 201, schema: TSchema, description: string): Record<string, unknown> {
  return { [status]: { description, content: { 'application/json': { schema } } }, ...problems };
}

/** An answer that is not JSON. */
export function answersText(types: readonly string[], description: string): Record<string, unknown> {
  const content = Object.fromEntries(types.map((type) => [type, { schema: Type.String() }]));
  return { 200: { description, content }, ...problems };
}

export function answersNothing(description: string): Record<string, unknown> {
  return { 204: { description, type: 'null' }, ...problems };
}

/** Parameters of an address; unknown ones are refused. */
export function parameters<P extends Record<string, TSchema>>(properties: P) {
  return Type.Object(properties, { additionalProperties: false });
}

export const ByName = parameters({ name: NodeName });
export type ByName = { readonly name: string };

export const ById = parameters({
  id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'Id, as the list gives it.' }),
});
export type ById = { readonly id: string };
