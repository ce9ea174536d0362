// In: figures of ours and of what it is compared with, from the same run. Out: a table on stdout in which each figure
// of the others stands with its ratio to ours. Machines differ; the ratios are what counts.

export interface Contender {
  readonly name: string;
  /** One for each column; NaN where there is none. */
  readonly figures: readonly number[];
}

export interface Comparison {
  /** What is measured, with its unit; less is better. */
  readonly columns: readonly string[];
  readonly ours: Contender;
  readonly others: readonly Contender[];
}

export function printComparison({ columns, ours, others }: Comparison): void {
  const head = ['', ...columns];
  const first = [ours.name, ...ours.figures.map((figure) => shown(figure))];
  const rest = others.map(({ name, figures }) => [
    name,
    ...figures.map((figure, column) => `${shown(figure)}${ratio(figure, ours.figures[column])}`),
  ]);
  printTable([head, first, ...rest]);
}

export function printNote(text: string): void {
  process.stdout.write(`${text}\n`);
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    process.stdout.write(`${cells.join('   ')}\n`);
  }
}

function shown(figure: number): string {
  if (Number.isNaN(figure)) return '–';
  if (figure >= 1000) return Math.round(figure).toString();
  return figure.toPrecision(3);
}

function ratio(figure: number, ours = Number.NaN): string {
  const value = figure / ours;
  return Number.isFinite(value) ? ` (${value >= 10 ? Math.round(value) : value.toFixed(1)}×)` : '';
}
