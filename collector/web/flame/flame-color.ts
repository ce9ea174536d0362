// Colours of boxes by module, with dark ink on all of them. A module has mostly the same colour in every profile; where
// two that weigh much would look alike, the lighter one gives way. Pure.
import type { StackNode } from '../../../shared/api/profile.ts';

const hues = [28, 205, 152, 340, 262, 48, 188, 14, 95, 300, 228, 68] as const;

/** So many of the heaviest modules are told apart at a glance, by at least so many degrees. */
const apart = { modules: 3, degrees: 40 } as const;

export type FlameTheme = 'dark' | 'light';
export type ModuleHues = ReadonlyMap<string, number>;

/** A hue for each module of a tree, the heaviest first. */
export function moduleHues(root: StackNode): ModuleHues {
  const chosen = new Map<string, number>();
  for (const module of modulesByWeight(root)) {
    const first = hashOf(module) % hues.length;
    const order = [...hues.slice(first), ...hues.slice(0, first)];
    const used = [...chosen.values()];
    const least = chosen.size < apart.modules ? apart.degrees : 1;
    chosen.set(
      module,
      order.find((hue) => used.every((one) => distance(one, hue) >= least)) ?? order[0] ?? 28,
    );
  }
  return chosen;
}

/** CSS colour of a module's boxes. The kernel and what is not known have their own quiet colours. */
export function moduleColor(module: string, chosen: ModuleHues, theme: FlameTheme): string {
  const lightness = theme === 'dark' ? 64 : 76;
  if (module === '') return `hsl(220 8% ${lightness}%)`;
  if (isKernel(module)) return `hsl(220 26% ${lightness}%)`;
  return `hsl(${chosen.get(module) ?? 28} ${theme === 'dark' ? 58 : 74}% ${lightness}%)`;
}

function isKernel(module: string): boolean {
  return module.startsWith('[kernel');
}

/** By the width that their boxes take up together. */
function modulesByWeight(root: StackNode): readonly string[] {
  const weights = new Map<string, number>();
  const rest = [root];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    weights.set(node.module, (weights.get(node.module) ?? 0) + node.total);
    for (const child of node.children) rest.push(child);
  }
  return [...weights.keys()]
    .filter((module) => module !== '' && !isKernel(module))
    .sort((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0) || (a < b ? -1 : 1));
}

function distance(a: number, b: number): number {
  const direct = Math.abs(a - b);
  return Math.min(direct, 360 - direct);
}

/** FNV-1a: short names that differ in one letter get different places. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
