// Colours of boxes by module, always the same for the same module, with dark ink on all of them. Pure.

const hues = [28, 205, 152, 340, 262, 48, 188, 14, 95, 300, 228, 68] as const;

export type FlameTheme = 'dark' | 'light';

/** CSS colour of a module's boxes. The kernel and what is not known have their own quiet colours. */
export function moduleColor(module: string, theme: FlameTheme): string {
  const lightness = theme === 'dark' ? 64 : 76;
  if (module === '') return `hsl(220 8% ${lightness}%)`;
  if (module.startsWith('[kernel')) return `hsl(220 26% ${lightness}%)`;
  const hue = hues[hashOf(module) % hues.length] ?? 28;
  return `hsl(${hue} ${theme === 'dark' ? 58 : 74}% ${lightness}%)`;
}

/** FNV-1a: short names that differ in one letter get different places. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
