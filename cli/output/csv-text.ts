// CSV as RFC 4180 says: comma, double quotes, CRLF. In: rows of values. Out: text.
// A text that a spreadsheet would take for a formula gets a leading apostrophe; numbers are left alone.
import { visible, visibleLines } from '../../shared/text.ts';

export type CsvValue = string | number | boolean | null;

/** `lines`: for each value, whether its line feeds are kept. */
export function csvLine(values: readonly CsvValue[], lines: readonly boolean[] = []): string {
  return `${values.map((value, index) => csvCell(value, lines[index] ?? false)).join(',')}\r\n`;
}

function csvCell(value: CsvValue, lines: boolean): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const harmless = (lines ? visibleLines(value) : visible(value)).replace(/^[=+\-@]/, "'$&");
  return /[",\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
