// CSV as RFC 4180 says: comma, double quotes, CRLF. In: rows of values. Out: text.
// A text that a spreadsheet would take for a formula gets a leading apostrophe; numbers are left alone.
import { visibleLines } from '../../shared/text.ts';

export type CsvValue = string | number | boolean | null;

export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const harmless = visibleLines(value).replace(/^[=+\-@]/, "'$&");
  return /[",\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
