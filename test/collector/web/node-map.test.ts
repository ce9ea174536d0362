import { describe, expect, it } from 'vitest';
import { hitCell, layoutMap, moveCell, placeOf } from '../../../collector/web/map/map-layout.ts';
import { hottestNode, scaleTop, summarizeCluster } from '../../../collector/web/map/map-metric.ts';
import { makeMap } from './preview-cluster.ts';

describe('map layout', () => {
  it('finds every cell where it put it, from one node to five thousand', () => {
    for (const count of [1, 40, 41, 240, 700, 2000, 5000]) {
      const layout = layoutMap(count, 1300);
      for (const index of [0, 1, Math.floor(count / 2), count - 1]) {
        const { left, top } = placeOf(index, layout);
        const found = hitCell(left + layout.cellWidth / 2, top + layout.cellHeight / 2, layout, count);
        expect(found).toBe(index < count ? index : -1);
        if (index < count) expect(left + layout.cellWidth).toBeLessThanOrEqual(1300);
      }
      expect(hitCell(5000, 5, layout, count)).toBe(-1);
      expect(hitCell(5, layout.height + 50, layout, count)).toBe(-1);
    }
  });

  it('shows five thousand nodes within two screens', () => {
    expect(layoutMap(5000, 1300).height).toBeLessThan(1000);
  });

  it('keeps the focus on the map when an arrow would lead out of it', () => {
    const layout = layoutMap(100, 1000);
    expect(moveCell(0, 'ArrowLeft', layout, 100)).toBe(0);
    expect(moveCell(0, 'ArrowDown', layout, 100)).toBe(layout.columns);
    expect(moveCell(50, 'End', layout, 100)).toBe(99);
    expect(moveCell(99, 'ArrowRight', layout, 100)).toBe(99);
  });
});

describe('cluster figures', () => {
  const [first, second, third] = makeMap(3, 1000);
  const nodes = [first, second, third].filter((node) => node !== undefined);

  it('leave out nodes that are not heard, and figures that are not known', () => {
    const told = nodes.map((node, index) => ({
      ...node,
      state: index === 2 ? ('down' as const) : ('up' as const),
      cpuRatio: [0.5, null, 1][index] ?? null,
      load1: [1, 3, 99][index] ?? null,
    }));
    const summary = summarizeCluster(told);
    expect(summary).toMatchObject({ total: 3, up: 2, silent: 0, down: 1, cpuRatio: 0.5, load1: 4 });
    expect(hottestNode(told, 'load')?.name).toBe(second?.name);
  });

  it('say nothing rather than zero when nobody tells', () => {
    const mute = nodes.map((node) => ({ ...node, cpuRatio: null }));
    expect(summarizeCluster(mute).cpuRatio).toBeNull();
    expect(hottestNode(mute, 'cpu')).toBeNull();
  });

  it('put the end of a scale above every node', () => {
    for (const load of [0.2, 7, 33, 260]) {
      expect(
        scaleTop(
          nodes.map((node) => ({ ...node, load1: load })),
          'load',
        ),
      ).toBeGreaterThanOrEqual(load);
    }
  });
});
