// In: headings, rows, texts. Out: Markdown of one and the same form, so that a page only changes when its facts do.

const notice = '<!-- Written by npm run generate. Change the code, not this page. -->';

/** A page: its title, what it is about, its parts; ends with one line feed. */
export function page(title: string, ...parts: readonly string[]): string {
  return `${[notice, `# ${title}`, ...parts.filter((part) => part !== '')].join('\n\n')}\n`;
}

export function section(title: string, ...parts: readonly string[]): string {
  return [`## ${title}`, ...parts.filter((part) => part !== '')].join('\n\n');
}

/** Cells are Markdown; what would break a row is made harmless. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return [headings, headings.map(() => '---'), ...rows].map(rowOf).join('\n');
}

/** Text from the code as it stands there. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

export function block(text: string): string {
  return `\`\`\`\n${text.trimEnd()}\n\`\`\``;
}

/** Plain text as Markdown; what stands between backquotes is code in both. */
export function plain(text: string): string {
  return text.replace(/[<>*_\\]/g, (character) => `\\${character}`);
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
