import type { CustomSeriesRenderItem } from 'echarts';
import { pagePalette } from './palette.js';

/** Draws an interval as a line with caps. Data: the place on the other axis, then the two bounds. */
export function whisker(direction: 'across' | 'up'): CustomSeriesRenderItem {
  return (_params, api) => {
    const ends = [api.value(1), api.value(2)].map((bound) =>
      api.coord(direction === 'across' ? [bound, api.value(0)] : [api.value(0), bound]),
    );
    const [[x1, y1], [x2, y2]] = ends;
    const [dx, dy] = direction === 'across' ? [0, 4] : [4, 0];
    const strokes = [
      [x1, y1, x2, y2],
      [x1 - dx, y1 - dy, x1 + dx, y1 + dy],
      [x2 - dx, y2 - dy, x2 + dx, y2 + dy],
    ];
    return {
      type: 'group',
      children: strokes.map(([a, b, c, d]) => ({
        type: 'line',
        shape: { x1: a, y1: b, x2: c, y2: d },
        style: { stroke: pagePalette.whisker, lineWidth: 1.25 },
      })),
    };
  };
}
