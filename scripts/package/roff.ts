// Manual pages in the macros of man(7). In: headings and plain text. Out: the page; nothing in a text is taken for a macro.

/** `TITLE(SECTION)`, its time and whose manual it is in; then the parts. */
export function manualPage(
  { name, section, summary }: { readonly name: string; readonly section: number; readonly summary: string },
  { version, timeSeconds }: { readonly version: string; readonly timeSeconds: number },
  ...parts: readonly string[]
): string {
  const day = new Date(timeSeconds * 1000).toISOString().slice(0, 10);
  const title = `.TH ${quoted(name.toUpperCase())} ${section} ${day} ${quoted(`jidi ${version}`)} ${quoted('jidi')}`;
  return `${[title, chapter('NAME', `${roff(name)} \\- ${roff(summary)}`), ...parts].join('\n')}\n`;
}

export function chapter(heading: string, ...parts: readonly string[]): string {
  return [`.SH ${quoted(heading)}`, ...parts].join('\n');
}

export function subchapter(heading: string, ...parts: readonly string[]): string {
  return [`.SS ${quoted(heading)}`, ...parts].join('\n');
}

/** A term in bold and, indented, what it means. */
export function entry(term: string, text: string): string {
  return `.TP\n\\fB${roff(term)}\\fR\n${text === '' ? '.br' : roff(text)}`;
}

export function paragraph(text: string): string {
  return `.PP\n${roff(text)}`;
}

/** Lines as they are. */
export function example(...lines: readonly string[]): string {
  return ['.PP', '.RS 4', '.nf', ...lines.map(roff), '.fi', '.RE'].join('\n');
}

export function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '')
    .split('\n')
    .map((line) => line.replace(/^(?=[.'])/, '\\&'))
    .join('\n');
}

function quoted(text: string): string {
  return `"${roff(text).replaceAll('"', '\\(dq')}"`;
}
