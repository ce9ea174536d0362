// Tables for a terminal. In: rows of texts that are harmless already. Out: lines with columns of equal width.
// Chinese characters take two cells.

const wide = /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

export interface Column {
  readonly heading: string;
  readonly alignRight?: boolean;
}

/** The last column is not padded. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const all = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, at) => Math.max(...all.map((row) => cellWidth(row[at] ?? ''))));
  const lines = all.map((row) =>
    columns
      .map(({ alignRight }, at) => {
        const text = row[at] ?? '';
        const gap = ' '.repeat((widths[at] ?? 0) - cellWidth(text));
        if (alignRight === true) return gap + text;
        return at === columns.length - 1 ? text : text + gap;
      })
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** The texts one after another, as many to a line as fit, each line indented. */
export function flowText(texts: readonly string[], indent: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const text of texts) {
    if (line !== '' && cellWidth(line) + 3 + cellWidth(text) > width - indent.length) {
      lines.push(line);
      line = text;
    } else line = line === '' ? text : `${line}   ${text}`;
  }
  if (line !== '') lines.push(line);
  return lines.map((each) => `${indent}${each}\n`).join('');
}

export function padCells(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cellWidth(text)));
}

export function cellWidth(text: string): number {
  let width = 0;
  for (const character of text) width += wide.test(character) ? 2 : 1;
  return width;
}
