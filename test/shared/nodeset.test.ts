import { spawnSync } from 'node:child_process';
import { array, assert, constantFrom, integer, property, stringMatching, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandNodeSet, foldNodeSet, NodeSetError } from '../../shared/nodeset.ts';

const limit = 5000;

function refusal(text: string, most = limit): NodeSetError {
  try {
    expandNodeSet(text, most);
  } catch (error) {
    if (error instanceof NodeSetError) return error;
    throw error;
  }
  throw new Error(`not refused: ${text}`);
}

/** Names as clusters have them: a few stems, padded and unpadded numbers, one or two of them. */
const nodeName = tuple(
  constantFrom('n', 'gpu-', 'rack1.', ''),
  integer({ min: 0, max: 120 }),
  integer({ min: 1, max: 4 }),
).chain(([stem, number, width]) =>
  constantFrom(
    `${stem}${number}`,
    `${stem}${String(number).padStart(width, '0')}`,
    `r${width}n${String(number).padStart(2, '0')}`,
    `${stem}${number}-ib`,
  ),
);

/** Valid texts of several operands. */
const nodeSetText = array(
  tuple(
    constantFrom(',', '!', '&', '^'),
    constantFrom('n', 'r[1-3]n', 'x'),
    tuple(integer({ min: 0, max: 30 }), integer({ min: 0, max: 30 }), integer({ min: 1, max: 4 })),
    constantFrom('', '-ib'),
  ),
  { minLength: 1, maxLength: 5 },
).map((operands) =>
  operands
    .map(([operator, stem, [first, length, step], end], index) => {
      const range = `[${String(first).padStart(2, '0')}-${String(first + length).padStart(2, '0')}/${step}]`;
      return `${index === 0 ? '' : operator}${stem}${range}${end}`;
    })
    .join(''),
);

describe('expandNodeSet', () => {
  it.each([
    ['n1', ['n1']],
    ['n[1-3,7]', ['n1', 'n2', 'n3', 'n7']],
    ['n[1-9/2]', ['n1', 'n3', 'n5', 'n7', 'n9']],
    ['n[008-011]', ['n008', 'n009', 'n010', 'n011']],
    ['n[9-11]', ['n9', 'n10', 'n11']],
    ['r[1-2]n[01-02]', ['r1n01', 'r1n02', 'r2n01', 'r2n02']],
    ['n[1-2]-ib.site', ['n1-ib.site', 'n2-ib.site']],
    ['n[1-3]!n2', ['n1', 'n3']],
    ['n[1-5]&n[3-9]', ['n3', 'n4', 'n5']],
    ['n[1-3]^n[3-4]', ['n1', 'n2', 'n4']],
    ['n[1-3],n[5-7]!n6,n6', ['n1', 'n2', 'n3', 'n5', 'n7', 'n6']],
    [' a , b\n c ', ['a', 'b', 'c']],
    ['n1!n1', []],
  ])('expands %j', (text, names) => {
    expect(expandNodeSet(text, limit)).toEqual(names);
  });

  it.each([
    '',
    '  ',
    ',a',
    'a,',
    'a,,b',
    'a!&b',
    'n[1-3',
    'n[]',
    'n[3-1]',
    'n[1-9/0]',
    'n[01-100]',
    'n[a]',
    'n[1-2]]',
  ])('refuses %j with a remedy', (text) => {
    expect(refusal(text).remedy).toMatch(/^(Write|Name|Close)/);
  });

  it.each(['n*', '@compute', '../etc', 'n;reboot', '.hidden', '-x', 'n\u202e1', 'café'])(
    'refuses %j as a name',
    (text) => {
      expect(refusal(text).message).toMatch(/^node set "[\x20-\x7e]*": /);
    },
  );

  it('refuses a set over the limit before it allocates anything', () => {
    for (const text of ['n[1-999999999]', 'n[1-99999]r[1-99999]s[1-99999]', 'n[0-999999999999999]']) {
      expect(refusal(text).message).toContain('more than 5000 nodes');
    }
  });

  it('counts the limit over all operands and allows exactly that many', () => {
    expect(expandNodeSet('n[1-3],m[1-2]', 5)).toHaveLength(5);
    expect(refusal('n[1-3],m[1-3]', 5).remedy).toBe('Name at most 5 nodes at once.');
  });

  it('bounds the work of operands that cancel each other out', () => {
    expect(refusal(Array.from({ length: 500 }, () => 'n[1-5000]').join('^')).message).toContain('more than');
  });

  it('refuses a text of unreasonable length', () => {
    expect(refusal('n1,'.repeat(30_000)).message).toBe('node set: 90000 characters long');
  });
});

describe('foldNodeSet', () => {
  it.each([
    [[], ''],
    [['n3', 'n1', 'n2'], 'n[1-3]'],
    [['n1', 'n1'], 'n1'],
    [['n1', 'n3'], 'n[1,3]'],
    [['n009', 'n010', 'n011', 'n100'], 'n[009-011,100]'],
    [['n9', 'n10'], 'n[9-10]'],
    [['n1', 'n01'], 'n[1,01]'],
    [['r1n01', 'r1n02', 'r2n01', 'r2n02'], 'r[1-2]n[01-02]'],
    [['r1n1', 'r1n2', 'r2n1'], 'r1n[1-2],r2n1'],
    [['login', 'n2', 'gpu-1', 'n1'], 'gpu-1,login,n[1-2]'],
    [['n12345678901234567', 'n12345678901234568'], 'n12345678901234567,n12345678901234568'],
  ])('folds %j to %j', (names, text) => {
    expect(foldNodeSet(names)).toBe(text);
  });

  it('is undone by expandNodeSet', () => {
    assert(
      property(array(nodeName, { minLength: 1, maxLength: 60 }), (names) => {
        expect(expandNodeSet(foldNodeSet(names), limit).sort()).toEqual([...new Set(names)].sort());
      }),
    );
    assert(
      property(
        array(stringMatching(/^[a-c0-2][a-c0-2._-]{0,5}$/), { minLength: 1, maxLength: 60 }),
        (names) => {
          expect(expandNodeSet(foldNodeSet(names), limit).sort()).toEqual([...new Set(names)].sort());
        },
      ),
    );
  });
});

describe('ClusterShell', () => {
  /** One call for many lines: the program takes long to start. */
  function nodeset(mode: '-e' | '-f', lines: readonly string[]): string[] | undefined {
    const script = 'while IFS= read -r line; do nodeset "$0" "$line" || exit 1; done';
    const ran = spawnSync('sh', ['-c', script, mode], { input: `${lines.join('\n')}\n`, encoding: 'utf8' });
    return ran.status === 0 ? ran.stdout.split('\n').slice(0, -1) : undefined;
  }

  it('expands the same texts to the same names and folds them likewise', (ctx) => {
    if (spawnSync('nodeset', ['--version']).status !== 0) {
      ctx.skip('nodeset is not installed; install with: apt-get install clustershell');
    }
    const texts: string[] = [
      'n[1-5]^n[3-7],x1',
      'n[001-128]',
      'r[1-4]n[01-16]!r2n[03-05]',
      'n[1-3,7]&n[2-9/2]',
    ];
    assert(
      property(nodeSetText, (text) => void texts.push(text)),
      { numRuns: 20, seed: 7 },
    );
    const ours = texts.map((text) => expandNodeSet(text, limit));
    const theirs = nodeset('-e', texts)?.map((line) => line.split(' ').filter((name) => name !== ''));
    expect(ours.map((names) => names.sort())).toEqual(theirs?.map((names) => names.sort()));
    const some = ours.filter((names) => names.length > 0);
    const folded = nodeset('-f', some.map(foldNodeSet));
    expect(folded?.map((text) => expandNodeSet(text, limit).sort())).toEqual(some);
  });
});
