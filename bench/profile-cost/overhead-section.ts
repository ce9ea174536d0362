// The table of docs/overhead.md that tells what a profile costs. In: rows. Out: the pages, English and Chinese, with the part between
// the markers renewed. A page without markers is refused.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '../../docs');
const begin = '<!-- profile-cost: begin -->';
const end = '<!-- profile-cost: end -->';

export interface CostRow {
  /** What is measured, in the words of each page. */
  readonly en: string;
  readonly zh: string;
  readonly measured: string;
  readonly goal: string;
  readonly isMissed: boolean;
  readonly more: string;
}

export function writeCosts(rows: readonly CostRow[], machine: string): void {
  const cells = rows.map(
    ({ measured, goal, isMissed }) => `${measured} | ${goal}${isMissed ? ' **MISSED**' : ''}`,
  );
  const table = (head: string, name: 'en' | 'zh'): string =>
    [head, '| --- | ---: | ---: |', ...rows.map((row, place) => `| ${row[name]} | ${cells[place]} |`)].join(
      '\n',
    );
  write('overhead.md', `${machine}.\n\n${table('| Figure | Measured | Goal |', 'en')}`);
  write('zh/overhead.md', `${machine}。\n\n${table('| 数字 | 实测 | 目标 |', 'zh')}`);
}

function write(name: string, text: string): void {
  const path = join(docs, name);
  const page = readFileSync(path, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path}: ${begin} and ${end} are missing`);
  writeFileSync(path, `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`);
}
