import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../shared/config.ts';
import { StartError } from '../../shared/errors.ts';

const schema = Type.Object(
  {
    name: Type.String({ default: 'a', description: 'a word' }),
    buffer: Type.Object(
      { sizeMiB: Type.Integer({ default: 16, minimum: 1, maximum: 256, description: '1 to 256' }) },
      { default: {}, additionalProperties: false },
    ),
    units: Type.Array(Type.String({ pattern: '^[a-z]+$', description: 'a unit' }), { default: [] }),
  },
  { additionalProperties: false },
);

describe('a configuration', () => {
  test('is made of defaults and layers, the later ones over the earlier, and cannot be changed', () => {
    const config = resolveConfig(schema, { name: 'file' }, { name: undefined, buffer: { sizeMiB: 4 } });
    expect(config).toEqual({ name: 'file', buffer: { sizeMiB: 4 }, units: [] });
    expect(Object.isFrozen(config.buffer)).toBe(true);
  });

  test.each([
    [{ nmae: 'b' }, 'configuration key nmae: unknown', 'Known here: name, buffer, units.'],
    [{ buffer: { sizeMib: 4 } }, 'configuration key buffer.sizeMib: unknown', 'Known here: sizeMiB.'],
    [{ buffer: { sizeMiB: 0 } }, 'configuration key buffer.sizeMiB: ', 'Allowed: 1 to 256'],
    [{ buffer: { sizeMiB: '4' } }, 'configuration key buffer.sizeMiB: ', 'Allowed: 1 to 256'],
    [{ units: ['a', 'B C'] }, 'configuration key units.1: "B C" is not', 'Allowed: a unit'],
    [{ name: 5 }, 'configuration key name: ', 'Allowed: a word'],
  ])('%j is refused with the path of the key and what is allowed there', (layer, message, remedy) => {
    const refusal = refusalOf(layer);
    expect(refusal.message).toContain(message);
    expect(refusal.remedy).toBe(remedy);
  });
});

function refusalOf(layer: Record<string, unknown>): StartError {
  try {
    resolveConfig(schema, layer);
  } catch (error) {
    if (error instanceof StartError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
