// Where the cells of the node map lie. In: how many there are and how wide the place is. Out: columns, rows and the
// size of a cell: cards that have room for words while they are few, plain squares when they are many. Pure.

export interface MapLayout {
  readonly columns: number;
  readonly rows: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly gap: number;
  readonly height: number;
  /** What a cell has room for. */
  readonly detail: 'card' | 'name' | 'none';
}

interface CellSize {
  readonly detail: MapLayout['detail'];
  readonly most: number;
  readonly width: number;
  readonly height: number;
  readonly gap: number;
}

const cellSizes: readonly CellSize[] = [
  { detail: 'card', most: 40, width: 172, height: 84, gap: 8 },
  { detail: 'name', most: 240, width: 84, height: 44, gap: 5 },
  { detail: 'none', most: 700, width: 28, height: 28, gap: 3 },
  { detail: 'none', most: 2000, width: 19, height: 19, gap: 2 },
  { detail: 'none', most: Infinity, width: 13, height: 13, gap: 2 },
];

export function layoutMap(count: number, width: number): MapLayout {
  const size = cellSizes.find(({ most }) => count <= most) ?? smallest;
  const { detail, gap, height: cellHeight } = size;
  const columns = Math.max(1, Math.floor((width + gap) / (size.width + gap)));
  const rows = Math.ceil(count / columns);
  // Cells share what is left of the width, but a few nodes do not become banners.
  const spread = Math.max(4, (width + gap) / columns - gap);
  const cellWidth = detail === 'none' ? size.width : Math.min(spread, size.width * 1.35);
  return { columns, rows, cellWidth, cellHeight, gap, height: rows * (cellHeight + gap) - gap, detail };
}

const smallest: CellSize = { detail: 'none', most: Infinity, width: 13, height: 13, gap: 2 };

export interface CellPlace {
  readonly left: number;
  readonly top: number;
}

export function placeOf(index: number, { columns, cellWidth, cellHeight, gap }: MapLayout): CellPlace {
  const column = index % columns;
  const row = Math.floor(index / columns);
  return { left: column * (cellWidth + gap), top: row * (cellHeight + gap) };
}

/** The cell at a point; -1 when there is none. The gap after a cell belongs to it, so that nothing flickers. */
export function hitCell(x: number, y: number, layout: MapLayout, count: number): number {
  const { columns, cellWidth, cellHeight, gap } = layout;
  if (x < 0 || y < 0) return -1;
  const column = Math.floor(x / (cellWidth + gap));
  const row = Math.floor(y / (cellHeight + gap));
  const index = row * columns + column;
  return column < columns && index < count ? index : -1;
}

/** Where an arrow key leads from a cell. */
export function moveCell(index: number, key: string, { columns }: MapLayout, count: number): number {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -index,
    End: count - 1 - index,
  };
  const next = index + (steps[key] ?? 0);
  return next >= 0 && next < count ? next : index;
}
