// JSON that no terminal obeys: what JSON leaves as it is, but a terminal acts on or hides, is written as \u escapes.
// A program that parses it gets exactly the same values.

const unsafe =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

export function jsonText(value: unknown, options: { readonly pretty: boolean }): string {
  const text = JSON.stringify(value, null, options.pretty ? 2 : 0);
  return text.replace(unsafe, escapeUnits);
}

function escapeUnits(characters: string): string {
  return Array.from({ length: characters.length }, (_, index) => {
    return `\\u${characters.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}
