// Configuration: defaults → file → flags, checked once against one schema, then frozen.
// A mistake stops the start and names the key's path and what is allowed there.
import { readFileSync } from 'node:fs';
import { type Static, type TObject, Type } from 'typebox';
import { Default, Errors } from 'typebox/value';
import { parse } from 'yaml';
import { errorMessage, StartError } from './errors.ts';
import { truncate, visible } from './text.ts';

/** How much a program logs; the same key in every program. */
export const LogLevelSchema = Type.Union(
  [
    Type.Literal('error'),
    Type.Literal('warn'),
    Type.Literal('info'),
    Type.Literal('debug'),
    Type.Literal('silent'),
  ],
  { default: 'info', description: 'error, warn, info, debug or silent' },
);

type Tree = { [key: string]: unknown };

/** What an error message needs to know of a schema. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly description?: string;
}

/** Reads a YAML file into a tree; an absent path gives an empty one. */
export function readConfigFile(path: string | undefined): Tree {
  if (path === undefined) return {};
  try {
    const parsed: unknown = parse(readFileSync(path, 'utf8'), { maxAliasCount: 0 });
    if (parsed === null || parsed === undefined) return {};
    if (typeof parsed !== 'object' || Array.isArray(parsed))
      throw new Error('the top level is not a mapping');
    return parsed as Tree;
  } catch (error) {
    throw new StartError(
      `configuration file ${path}: ${errorMessage(error)}`,
      'Mend the file or name another one with --config.',
      {
        cause: error,
      },
    );
  }
}

/** Lays the layers over each other (later ones win), fills in defaults, checks and freezes. */
export function resolveConfig<S extends TObject>(schema: S, ...layers: readonly Tree[]): Static<S> {
  const merged = Default(schema, layers.reduce(overlay, {}));
  // An unknown key comes twice: as a schema that is false, and, with what its place knows, as an additional property.
  const error = Errors(schema, merged).find(({ keyword }) => keyword !== 'boolean');
  if (error !== undefined) throw configError(schema, merged, error);
  return deepFreeze(merged as Static<S>);
}

function overlay(base: Tree, top: Tree): Tree {
  const result = { ...base };
  for (const [key, value] of Object.entries(top)) {
    if (value === undefined) continue;
    const below = result[key];
    // The result is frozen; what a caller holds is not.
    result[key] = isTree(value) && isTree(below) ? overlay(below, value) : structuredClone(value);
  }
  return result;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function configError(
  schema: SchemaNode,
  merged: unknown,
  error: { instancePath: string; message: string; params: object },
): StartError {
  const extra = 'additionalProperties' in error.params ? error.params.additionalProperties : undefined;
  const unknownKey = Array.isArray(extra) ? String(extra[0]) : undefined;
  const path = [...error.instancePath.split('/').slice(1), ...(unknownKey === undefined ? [] : [unknownKey])];
  const parent = schemaAt(schema, error.instancePath.split('/').slice(1));
  const name = path.join('.') || '(top level)';
  if (unknownKey !== undefined) {
    const known = Object.keys(parent?.properties ?? {}).join(', ');
    return new StartError(`configuration key ${name}: unknown`, `Known here: ${known}.`);
  }
  const shown = truncate(visible(JSON.stringify(valueAt(merged, path)) ?? 'nothing'), 100);
  return new StartError(`configuration key ${name}: ${shown} is not possible`, allowedAt(parent));
}

function schemaAt(schema: SchemaNode, path: readonly string[]): SchemaNode | undefined {
  let current: SchemaNode | undefined = schema;
  for (const key of path) current = current?.properties?.[key] ?? current?.items;
  return current;
}

function valueAt(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isTree(value) ? value[key] : undefined;
  }, tree);
}

/** The schema's own description says what is allowed, in words. */
function allowedAt(schema: SchemaNode | undefined): string {
  const description = schema?.description;
  return description === undefined ? 'See the sample configuration file.' : `Allowed: ${description}`;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
