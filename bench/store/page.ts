// The tables of docs/performance.md that a bench measures. In: tables in Markdown. Out: the pages with the part between their
// markers renewed. A page that is not there yet is begun; one without markers is refused.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const docs = join(import.meta.dirname, '../../docs');
const beginnings: Readonly<Record<string, string>> = {
  'performance.md':
    '# Performance of the collector\n\nWhat is measured here is measured again by the commands below, on any machine; the ratios are what counts.\n',
  'zh/performance.md': '# 收集器的性能\n\n下面的数字都可以用所列命令在任何机器上重新测量；有意义的是比值。\n',
};

/** `section`: which part of the page; `tables`: one text for each page. */
export function writePages(section: string, tables: { readonly en: string; readonly zh: string }): void {
  writePart('performance.md', section, tables.en);
  writePart('zh/performance.md', section, tables.zh);
}

function writePart(name: string, section: string, text: string): void {
  const path = join(docs, name);
  const begin = `<!-- ${section}: begin -->`;
  const end = `<!-- ${section}: end -->`;
  const page = existsSync(path) ? readFileSync(path, 'utf8') : (beginnings[name] ?? '');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 !== to < 0 || to < from)
    throw new Error(`${path}: ${begin} and ${end} do not belong together`);
  mkdirSync(dirname(path), { recursive: true });
  const part = `${begin}\n\n${text.trim()}\n\n${end}`;
  if (from < 0) writeFileSync(path, `${page.trimEnd()}\n\n${part}\n`);
  else writeFileSync(path, `${page.slice(0, from)}${part}${page.slice(to + end.length)}`);
}

export function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map(line).join('\n');
}
