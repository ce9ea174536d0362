// Text that came from a node or a user, made harmless for eyes: nothing that moves a cursor, hides or reorders.
// Browsers need no escaping beyond text nodes, but the same invisible and reordering characters mislead there, too.

// C0 and C1 controls, bidirectional marks, isolates and overrides, zero-width characters, line and paragraph
// separators, byte order mark, lone surrogates.
const misleading =
  // eslint-disable-next-line no-control-regex -- Controls are what this looks for.
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/gu;

/** One line, every misleading character shown as its code: `\x1b`, `\u202e`. */
export function visible(text: string): string {
  return text.replace(misleading, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** The text of a JSON value in one line, so that no terminal obeys it; who parses it gets the same value. */
export function visibleJson(json: string): string {
  return json.replace(
    misleading,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** As `visible`, but line feeds stay and tabs become spaces: for output of several lines. */
export function visibleLines(text: string): string {
  return text.replaceAll('\t', '    ').split('\n').map(visible).join('\n');
}

/** At most `length` UTF-16 units, never splitting a surrogate pair; `…` marks the cut. */
export function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, Math.max(0, length - 1));
  return `${cut.replace(/[\ud800-\udbff]$/, '')}…`;
}
