// The sample files of both configurations: lines whose "#" is taken away must be read, and say what holds without them.
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { AgentConfigSchema } from '../../../agent/config.ts';
import { CollectorConfigSchema } from '../../../collector/config.ts';
import { type ConfigKey, keysOf, sampleFile } from '../../../scripts/reference/config-keys.ts';

/** They speak to people. */
const headLines = 2;

const programs = [
  { program: 'jidi-agent', keys: keysOf(AgentConfigSchema) },
  { program: 'jidi-collector', keys: keysOf(CollectorConfigSchema) },
];

describe.each(programs)('sample of $program', ({ program, keys }) => {
  const sample = sampleFile(program, keys);

  test('says nothing as it is', () => {
    expect(parse(sample)).toBeNull();
  });

  test('with the first "#" of every line taken away says the defaults', () => {
    const lines = sample.split('\n').slice(headLines);
    expect(parse(lines.map((line) => line.replace(/^#/, '')).join('\n'))).toEqual(treeOf(keys));
  });
});

function treeOf(keys: readonly ConfigKey[]): unknown {
  const tree: Record<string, unknown> = {};
  for (const { path, value = null } of keys) {
    const [first = '', second] = path;
    if (second === undefined) tree[first] = value;
    else tree[first] = { ...(tree[first] as object | undefined), [second]: value };
  }
  return tree;
}
