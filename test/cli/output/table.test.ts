import { describe, expect, it } from 'vitest';
import { cellWidth, cutToWidth } from '../../../cli/output/cell-width.ts';
import { piece, screenLine } from '../../../cli/output/styled-text.ts';
import { type TableColumn, tableLines } from '../../../cli/output/table.ts';

const left: TableColumn = { header: 'NAME', align: 'left', shrinks: false };
const right: TableColumn = { header: 'CPU', align: 'right', shrinks: false };
const shrinking: TableColumn = { header: 'COMMAND', align: 'left', shrinks: true };

function render(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: { headers?: boolean; columns?: number } = {},
): string[] {
  const screen = { color: false, columns: options.columns };
  const cells = rows.map((row) => row.map((text) => ({ text })));
  const lines = tableLines(columns, cells, { headers: options.headers ?? true, columns: options.columns });
  return lines.map((line) => screenLine(line, screen).replace(/\n$/, ''));
}

describe('tableLines', () => {
  it('aligns columns by terminal cells, wide characters included', () => {
    expect(
      render(
        [left, right],
        [
          ['节点', '1'],
          ['n1', '12345'],
        ],
      ),
    ).toEqual(['NAME    CPU', '节点      1', 'n1    12345']);
  });

  it('leaves headings out on demand and does not keep room for them', () => {
    expect(render([left, right], [['a', '1']], { headers: false })).toEqual(['a  1']);
  });

  it('shrinks the column that may shrink to the width of the screen', () => {
    const lines = render([left, shrinking, right], [['n1', 'x'.repeat(40), '1']], { columns: 30 });
    expect(lines).toEqual([`NAME  COMMAND${' '.repeat(14)}CPU`, `n1    ${'x'.repeat(18)}…    1`]);
    expect(lines.map(cellWidth)).toEqual([30, 30]);
  });

  it('leaves out the least important columns before the others become hard to read', () => {
    const spare = (header: string, rank: number): TableColumn => ({ ...left, header, spare: rank });
    const columns = [left, spare('SECOND', 2), spare('FIRST', 1), shrinking];
    const rows = [['n1', 'b', 'c', 'x'.repeat(40)]];
    const heads = [60, 37, 36, 28, 20].map((width) => render(columns, rows, { columns: width })[0]);
    expect(heads.map((head) => head?.split(/\s+/))).toEqual([
      ['NAME', 'SECOND', 'FIRST', 'COMMAND'],
      ['NAME', 'SECOND', 'FIRST', 'COMMAND'],
      ['NAME', 'SECOND', 'COMMAND'],
      ['NAME', 'COMMAND'],
      ['NAME', 'COMMAND'],
    ]);
    expect(render(columns, rows)[0]).toContain('FIRST');
  });

  it('cuts lines that still do not fit', () => {
    expect(render([left, right], [['a-long-name', '1']], { columns: 8 })).toEqual(['NAME   …', 'a-long-…']);
  });

  it('shows hostile cells harmlessly and in line', () => {
    expect(render([left, right], [['\x1b[31m\r\n', '1']])).toEqual([
      `NAME${' '.repeat(14)}CPU`,
      '\\x1b[31m\\x0d\\x0a    1',
    ]);
  });
});

describe('screenLine', () => {
  it('colours only what was made harmless before', () => {
    const line = [piece('\x1b[0m', 'bad'), piece(' ok ')];
    expect(screenLine(line, { color: true, columns: undefined })).toBe('\x1b[31m\\x1b[0m\x1b[0m ok\n');
  });

  it('never colours what follows a cut', () => {
    expect(screenLine([piece('abcd', 'good'), piece('ef', 'bad')], { color: true, columns: 3 })).toBe(
      '\x1b[32mab…\x1b[0m\n',
    );
  });
});

describe('cellWidth', () => {
  it.each([
    ['abc', 3],
    ['热点', 4],
    ['e\u0301', 1],
    ['한글', 4],
    ['ﾊﾝ', 2],
    ['Ａ', 2],
    ['😀', 2],
    ['├─ ', 3],
  ])('of %j is %i', (text, width) => {
    expect(cellWidth(text)).toBe(width);
  });

  it('never cuts a wide character in two', () => {
    expect(cutToWidth('热点函数', 6)).toBe('热点…');
    expect(cutToWidth('热点', 4)).toBe('热点');
  });
});
