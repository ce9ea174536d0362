// The parts of an OpenAPI 3.1 document that the page of the API shows. What is not there is empty.

export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema | readonly Schema[];
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly additionalProperties?: unknown;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly $ref?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly default?: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Content {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

export interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses?: Readonly<Record<string, Content>>;
}

export interface OpenApi {
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The collector's own description; only its outermost form is checked. */
export function parseOpenApi(value: unknown): OpenApi {
  if (typeof value === 'object' && value !== null && 'paths' in value && 'components' in value) {
    return value as OpenApi;
  }
  throw new Error('openapi.json has no paths or no components');
}

export function schemaOf(content: Content | undefined): Schema | undefined {
  return Object.values(content?.content ?? {})[0]?.schema;
}

/** A type in words; named objects become links. */
export function typeText(schema: Schema | undefined): string {
  if (schema === undefined) return '';
  if (schema.$ref !== undefined) return linkTo(schema.$ref);
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined)
    return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' or ');
  const choices = schema.anyOf ?? schema.allOf;
  if (choices !== undefined) return choices.map(typeText).join(' or ');
  if (schema.type === 'array') return arrayText(schema);
  if (schema.type === 'object') return objectText(schema);
  return `${schema.type ?? 'anything'}${limitText(schema)}`;
}

function linkTo(reference: string): string {
  const name = reference.split('/').at(-1)?.replace(/#$/, '') ?? '';
  return `[${name}](#${name.toLowerCase()})`;
}

function arrayText({ items, prefixItems }: Schema): string {
  const tuple = prefixItems ?? (Array.isArray(items) ? (items as readonly Schema[]) : undefined);
  if (tuple !== undefined) return `[${tuple.map(typeText).join(', ')}]`;
  return `list of ${typeText(items as Schema | undefined) || 'anything'}`;
}

function objectText({ properties, patternProperties }: Schema): string {
  const [anyKey] = Object.values(patternProperties ?? {});
  if (anyKey !== undefined) return `object of ${typeText(anyKey)}`;
  const names = Object.entries(properties ?? {}).map(([name, inner]) => `${name}: ${typeText(inner)}`);
  return names.length === 0 ? 'object' : `{ ${names.join(', ')} }`;
}

function limitText({ minimum, maximum }: Schema): string {
  if (minimum !== undefined && maximum !== undefined) return `, ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `, from ${minimum}`;
  return maximum === undefined ? '' : `, up to ${maximum}`;
}
