// Tables for a terminal. In: rows of texts that are harmless already. Out: lines with columns of equal width.
// Chinese characters take two cells.

const wide = /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** So much of a command is shown also in a terminal that is too narrow. */
const leastRoom = 20;

export interface Column {
  readonly heading: string;
  readonly alignRight?: boolean;
}

/** The last column is for command lines: it is not padded, and cut to `terminal` columns where that is given. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  terminal = Number.POSITIVE_INFINITY,
): string {
  const all = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, at) => Math.max(...all.map((row) => cellWidth(row[at] ?? ''))));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const room = Math.max(leastRoom, terminal - before);
  const lines = all.map((row) =>
    columns
      .map(({ alignRight }, at) => {
        const text = row[at] ?? '';
        const gap = ' '.repeat((widths[at] ?? 0) - cellWidth(text));
        if (alignRight === true) return gap + text;
        return at === columns.length - 1 ? fitCommand(text, room) : text + gap;
      })
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** Where there is no room for all of it the program loses its folder before anything else is cut. */
function fitCommand(command: string, room: number): string {
  if (cellWidth(command) <= room) return command;
  const short = command.replace(/^\/\S*\/(?=[^\s/])/, '');
  if (cellWidth(short) <= room) return short;
  let cut = '';
  let width = 1;
  for (const character of short) {
    width += cellWidth(character);
    if (width > room) break;
    cut += character;
  }
  return `${cut}…`;
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
