// Paints the node map. In: nodes, their places, the metric. Out: pixels. State is a glyph besides the colour: a node
// that is silent or down has no colour of the ramp, because what it last said is no longer so.
import type { MapNode } from '../../../shared/api/node.ts';
import { truncate, visible } from '../../../shared/text.ts';
import { paletteOf } from '../charts/palette.ts';
import { inkOn, rampColor, toCss } from '../charts/ramp.ts';
import type { Theme } from '../state/theme.ts';
import { type CellPlace, type MapLayout, placeOf } from './map-layout.ts';
import { figureOf, formatMapFigure, type MapMetric } from './map-metric.ts';

export interface MapPicture {
  readonly nodes: readonly MapNode[];
  readonly layout: MapLayout;
  readonly metric: MapMetric;
  readonly top: number;
  readonly theme: Theme;
  readonly focus: number;
  readonly width: number;
}

const face = '"Inter", system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';

export function paintMap(context: CanvasRenderingContext2D, picture: MapPicture): void {
  const { nodes, layout, width, focus, theme } = picture;
  const ratio = devicePixelRatio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, layout.height + 4);
  context.translate(2, 2);
  nodes.forEach((node, index) => paintCell(context, picture, node, placeOf(index, layout)));
  if (focus < 0 || focus >= nodes.length) return;
  const { left, top } = placeOf(focus, layout);
  context.strokeStyle = paletteOf(theme).focus;
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(left - 1, top - 1, layout.cellWidth + 2, layout.cellHeight + 2, radiusOf(layout) + 1);
  context.stroke();
}

function paintCell(
  context: CanvasRenderingContext2D,
  picture: MapPicture,
  node: MapNode,
  place: CellPlace,
): void {
  const { layout, metric, top, theme } = picture;
  const palette = paletteOf(theme);
  const value = node.state === 'up' ? figureOf(node, metric) : null;
  const color = value === null ? null : rampColor(theme, value / top);
  const ink = color === null ? palette.absentInk : inkOn(color);
  context.fillStyle = color === null ? palette.absent : toCss(color);
  context.beginPath();
  context.roundRect(place.left, place.top, layout.cellWidth, layout.cellHeight, radiusOf(layout));
  context.fill();
  if (layout.detail === 'none') {
    if (node.state !== 'up') paintGlyph(context, node.state, { ...middleOf(place, layout), size: 3.4, ink });
    return;
  }
  paintWords(context, picture, node, { place, ink, figure: formatMapFigure(metric, value) });
}

interface Words {
  readonly place: CellPlace;
  readonly ink: string;
  readonly figure: string;
}

function paintWords(
  context: CanvasRenderingContext2D,
  picture: MapPicture,
  node: MapNode,
  words: Words,
): void {
  const { place, ink, figure } = words;
  const { detail, cellWidth, cellHeight } = picture.layout;
  const card = detail === 'card';
  const pad = card ? 12 : 7;
  context.fillStyle = ink;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  const nameSize = card ? 12.5 : 11;
  context.font = `500 ${nameSize}px ${face}`;
  const letters = Math.floor((cellWidth - pad * 2 - 14) / (nameSize * 0.56));
  context.fillText(truncate(visible(node.name), letters), place.left + pad, place.top + (card ? 18 : 14));
  paintGlyph(context, node.state, {
    x: place.left + cellWidth - pad - 3,
    y: place.top + (card ? 18 : 14),
    size: node.state === 'up' ? 2.5 : 4,
    ink,
  });
  context.fillStyle = ink;
  context.font = card ? `600 22px ${face}` : `600 12.5px ${face}`;
  context.fillText(figure, place.left + pad, place.top + cellHeight - (card ? 26 : 14));
}

interface GlyphPlace {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly ink: string;
}

/** up: a full dot; silent: a half-filled ring; down: a cross. */
function paintGlyph(context: CanvasRenderingContext2D, state: MapNode['state'], glyph: GlyphPlace): void {
  const { x, y, size, ink } = glyph;
  context.fillStyle = ink;
  context.strokeStyle = ink;
  context.lineWidth = 1.6;
  context.beginPath();
  if (state === 'down') {
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y + size);
    context.moveTo(x + size, y - size);
    context.lineTo(x - size, y + size);
    context.stroke();
    return;
  }
  context.arc(x, y, size, 0, Math.PI * 2);
  if (state === 'up') {
    context.fill();
    return;
  }
  context.stroke();
  context.beginPath();
  context.arc(x, y, size, -Math.PI / 2, Math.PI / 2);
  context.fill();
}

function middleOf({ left, top }: CellPlace, { cellWidth, cellHeight }: MapLayout): { x: number; y: number } {
  return { x: left + cellWidth / 2, y: top + cellHeight / 2 };
}

function radiusOf({ detail }: MapLayout): number {
  return detail === 'card' ? 8 : detail === 'name' ? 5 : 3;
}
