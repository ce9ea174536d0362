// The one way to stdout: rows as table, wide table, CSV or JSON; lines of text; bytes.
// In: the collector's objects, hostile text included. Out: text that no terminal obeys. CSV and JSON are the same in
// every language, with raw values in base units.
import type { Terminal } from '../terminal.ts';
import { type CsvValue, csvLine } from './csv-text.ts';
import { jsonText } from './json-text.ts';
import { type Screen, type Style, type StyledLine, screenLine } from './styled-text.ts';
import { tableLines } from './table.ts';

export const outputFormats = ['table', 'wide', 'json', 'csv'] as const;
export type OutputFormat = (typeof outputFormats)[number];

export interface Column<Row> {
  /** Name in CSV. */
  readonly key: string;
  /** Heading of the table, in the person's language. */
  readonly header: string;
  /** For machines. */
  readonly value: (row: Row) => CsvValue;
  /** For people; without it the value itself, a dash for null. */
  readonly show?: (row: Row) => string;
  readonly style?: (row: Row) => Style;
  readonly align?: 'left' | 'right';
  readonly shrinks?: boolean;
  /** May be left out on a narrow screen, the lowest number first. */
  readonly spare?: number;
  /** Line feeds are kept in CSV. */
  readonly multiline?: boolean;
  /** Columns for the screen alone, for the wide table and CSV, for CSV alone; without it everywhere. */
  readonly only?: 'screen' | 'wide' | 'csv';
}

export interface OutputOptions {
  readonly terminal: Terminal;
  /** Cells in a line of a table; undefined: as many as it takes. */
  readonly columns: number | undefined;
  readonly format: OutputFormat;
  readonly headers: boolean;
  readonly color: boolean;
  readonly manyColors: boolean;
}

export class Output {
  readonly format: OutputFormat;
  readonly screen: Screen;
  readonly #terminal: Terminal;
  readonly #headers: boolean;

  constructor({ terminal, columns, format, headers, ...colors }: OutputOptions) {
    this.format = format;
    this.#terminal = terminal;
    this.#headers = headers;
    this.screen = { ...colors, columns: format === 'table' ? columns : undefined };
  }

  json(value: unknown): void {
    this.#terminal.write(`${jsonText(value, { pretty: this.#terminal.stdoutTty })}\n`);
  }

  /** Rows in every format but JSON. On the screen, no rows have no headings, either. */
  rows<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    if (this.format === 'csv') this.#csv(columns, rows);
    else if (rows.length > 0) this.lines(this.tableLines(columns, rows));
  }

  tableLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): StyledLine[] {
    const shown = columns.filter(({ only }) => appears(only, this.format));
    const cells = rows.map((row) =>
      shown.map((column) => ({ text: showCell(column, row), style: column.style?.(row) ?? 'plain' })),
    );
    const heads = shown.map(({ header, align = 'left', shrinks = false, spare }) => ({
      header,
      align,
      shrinks,
      ...(spare === undefined ? {} : { spare }),
    }));
    return tableLines(heads, cells, { headers: this.#headers, columns: this.screen.columns });
  }

  lines(lines: readonly StyledLine[]): void {
    this.#terminal.write(lines.map((line) => screenLine(line, this.screen)).join(''));
  }

  /** Text or bytes made for programs, as they are. */
  raw(data: string | Uint8Array): void {
    this.#terminal.write(data);
  }

  #csv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    const shown = columns.filter(({ only }) => appears(only, 'csv'));
    const head = this.#headers ? csvLine(shown.map(({ key }) => key)) : '';
    const lines = shown.map(({ multiline = false }) => multiline);
    const texts = rows.map((row) =>
      csvLine(
        shown.map(({ value }) => value(row)),
        lines,
      ),
    );
    this.#terminal.write(head + texts.join(''));
  }
}

function appears(only: 'screen' | 'wide' | 'csv' | undefined, format: OutputFormat): boolean {
  if (only === undefined) return true;
  return only === 'screen' ? format !== 'csv' : only === format || (only === 'wide' && format === 'csv');
}

function showCell<Row>(column: Column<Row>, row: Row): string {
  if (column.show !== undefined) return column.show(row);
  const value = column.value(row);
  return value === null ? '–' : String(value);
}
