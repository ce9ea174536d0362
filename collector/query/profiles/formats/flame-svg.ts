// In: a profile and its stacks. Out: a flame graph as one SVG file, root at the bottom, without any script.
// Bounds: 1,200 units wide, at most 160 rows; boxes below half a unit are left out. All text is escaped.

import { type FlameBox, layoutFlame } from '../../../../shared/flame-layout.ts';
import { formatRatio, formatSeconds } from '../../../../shared/format.ts';
import type { Profile, WeightUnit } from '../../../../shared/model/profile.ts';
import { mergeTrees, type SentTree } from '../../../../shared/stacks/stacks-builder.ts';
import { truncate, visible } from '../../../../shared/text.ts';
import { topDownTree } from '../top-down.ts';
import { profileTitle } from './profile-title.ts';
import { frameName } from './sampled-stacks.ts';

const picture = {
  width: 1200,
  margin: 10,
  head: 48,
  row: 18,
  maxRows: 160,
  minBox: 0.5,
  letter: 6.7,
} as const;
const innerWidth = picture.width - 2 * picture.margin;

const style = `
:root{color-scheme:light dark}
.ground{fill:#fff}.head{fill:#1f2328}.note{fill:#57606a}
text{font:12px ui-monospace,Menlo,Consolas,monospace}.head{font-size:15px;font-weight:600}
rect.box{stroke:#fff;stroke-width:.5}.label{fill:#1a1207;pointer-events:none}
g:hover>rect.box{stroke:#1f2328;stroke-width:1.5}
@media (prefers-color-scheme:dark){.ground{fill:#0d1117}.head{fill:#e6edf3}.note{fill:#9198a1}
rect.box{stroke:#0d1117}g:hover>rect.box{stroke:#fff}}`;

export function renderFlameSvg(profile: Profile, tree: SentTree): string {
  const merged = mergeTrees([tree]);
  const minWidth = picture.minBox / innerWidth;
  const all = layoutFlame(topDownTree(merged), { minWidth });
  const boxes = all.filter((box) => box.depth < picture.maxRows);
  const rows = boxes.reduce((most, box) => Math.max(most, box.depth + 1), 1);
  const height = picture.head + rows * picture.row + picture.margin;
  const lost = profile.lost > 0 ? `, ${profile.lost} lost` : '';
  const note =
    merged.weight === 0
      ? 'No samples.'
      : `${weightText(merged.weight, profile.unit)}${lost} at ${profile.frequencyHz} Hz. Width is the share of all of it.`;
  const size = `width="${picture.width}" height="${height}" viewBox="0 0 ${picture.width} ${height}"`;
  const title = escapeXml(profileTitle(profile));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${title}">`,
    `<style>${style}</style>`,
    `<rect class="ground" width="100%" height="100%"/>`,
    `<text class="head" x="${picture.margin}" y="22">${title}</text>`,
    `<text class="note" x="${picture.margin}" y="40">${escapeXml(note)}</text>`,
    ...boxes.map((box) => renderBox(box, height)),
    '</svg>\n',
  ].join('\n');
}

function weightText(weight: number, unit: WeightUnit): string {
  if (unit === 'samples') return `${weight} samples`;
  return unit === 'events' ? `${weight} events` : `${formatSeconds(weight / 1e6)} of all threads`;
}

function renderBox(box: FlameBox, height: number): string {
  const name = frameName(box.node);
  const x = picture.margin + box.x * innerWidth;
  const width = box.width * innerWidth;
  const y = height - picture.margin - (box.depth + 1) * picture.row;
  const module = box.node.module === '' ? '' : ` (${truncate(visible(box.node.module), 200)})`;
  const tip = `${name}${module}: ${formatRatio(box.node.total)}, self ${formatRatio(box.node.self)}`;
  const letters = Math.floor((width - 6) / picture.letter);
  const label =
    letters < 3
      ? ''
      : `<text class="label" x="${(x + 3).toFixed(1)}" y="${y + 13}">${escapeXml(truncate(name, letters))}</text>`;
  const place = `x="${x.toFixed(2)}" y="${y}" width="${width.toFixed(2)}" height="${picture.row - 1}"`;
  return `<g><title>${escapeXml(tip)}</title><rect class="box" ${place} fill="${colorOf(box)}"/>${label}</g>`;
}

/** Warm, and the same for the same function in every picture; the kernel and what has no name stand apart. */
function colorOf({ node }: FlameBox): string {
  if (node.module === '[kernel]') return `hsl(205,55%,${66 + (hash(node.function) % 10)}%)`;
  if (node.function === 'all' && node.module === '') return 'hsl(40,12%,74%)';
  if (node.function === '[unknown]' || node.function === '[rest]') return 'hsl(40,8%,70%)';
  return `hsl(${12 + (hash(node.function) % 40)},82%,${62 + (hash(node.module) % 8)}%)`;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Also the two characters that XML knows nothing of and `visible` lets pass. */
function escapeXml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')
    .replace(/[\ufffe\uffff]/g, '\ufffd');
}
