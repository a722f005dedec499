import { createRequire } from 'node:module';
import type { BarSeriesOption, CustomSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { escapeHtml } from './html.js';
import { pagePalette } from './palette.js';

// ECharts is large: it loads when the first chart is drawn, so that commands without a report start at once.
const require = createRequire(import.meta.url);

/** The parts of ECharts' options that the charts here use. */
export type ChartOption = ComposeOption<
  BarSeriesOption | CustomSeriesOption | LineSeriesOption | GridComponentOption
>;

/** What a drawing is for, and its natural size in CSS pixels. It scales to the width it gets. */
export interface Drawing {
  /** Distinguishes the ids of this drawing from those of others in a page. */
  id: string;
  /** Says in words what the chart shows. */
  label: string;
  width: number;
  height: number;
}

/** Draws a chart as an SVG element that needs no script. The same option gives the same text. */
export function drawSvg(option: ChartOption, { id, label, width, height }: Drawing): string {
  const { init }: typeof import('echarts') = require('echarts');
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    return tidy(chart.renderToSVGString(), id, label);
  } finally {
    chart.dispose();
  }
}

/** Drops ECharts' hooks for scripts and its hover styles, makes ids repeatable, and names the picture. */
function tidy(svg: string, id: string, label: string): string {
  const name = escapeHtml(label);
  return svg
    .replace(/<style\s*>[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace('<svg ', () => `<svg role="img" aria-label="${name}" `)
    .replace('>', () => `><title>${name}</title>`)
    .replace(/\n\s*/g, '');
}

/** Makes a grid's margins hold outside its labels and axis names. */
export const labelsInside = { outerBoundsMode: 'same', outerBoundsContain: 'all' } as const;

/** The letters of a chart in a page. */
export const chartFont = { color: pagePalette.text, fontFamily: 'inherit', fontSize: 12 };

/** Width of a figure, in CSS pixels. */
export const chartWidth = 380;
