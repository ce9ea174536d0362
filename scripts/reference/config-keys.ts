// In: the schema of a configuration. Out: its keys with defaults and what is allowed; and a sample file that says the
// same as no file at all.

import type { TObject } from 'typebox';
import { Default } from 'typebox/value';
import { stringify } from 'yaml';

export interface ConfigKey {
  /** From the top, e.g. ['buffer', 'sizeMiB']. */
  readonly path: readonly string[];
  /** undefined when the program finds it out itself. */
  readonly value: unknown;
  readonly description: string;
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly description?: string;
}

export function keysOf(schema: TObject): readonly ConfigKey[] {
  return keysBelow(schema, Default(schema, {}), []);
}

function keysBelow(node: SchemaNode, values: unknown, path: readonly string[]): readonly ConfigKey[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, inner]) => {
    const value = valueAt(values, name);
    const here = [...path, name];
    if (inner.properties !== undefined) return keysBelow(inner, value, here);
    return [{ path: here, value, description: inner.description ?? '' }];
  });
}

function valueAt(tree: unknown, name: string): unknown {
  return typeof tree === 'object' && tree !== null ? (tree as Record<string, unknown>)[name] : undefined;
}

/** Every key is commented out, so that a later version's default reaches those who did not choose. */
export function sampleFile(program: string, keys: readonly ConfigKey[]): string {
  const lines = [
    `# Configuration of ${program}. Every line shows the default; take away the first "#" to change it.`,
    '# Written by npm run generate. Change the code, not this file.',
  ];
  let group = '';
  for (const { path, value, description } of keys) {
    const [first = '', second] = path;
    lines.push('');
    if (second !== undefined && first !== group) lines.push(`#${first}:`);
    group = second === undefined ? '' : first;
    const indent = second === undefined ? '' : '  ';
    lines.push(`#${indent}# ${description}`, `#${indent}${path.at(-1)}:${shown(value)}`);
  }
  return `${lines.join('\n')}\n`;
}

function shown(value: unknown): string {
  // A list stays on the line of its key, or that line would be no YAML.
  return value === undefined ? '' : ` ${stringify(value, { collectionStyle: 'flow' }).trim()}`;
}
