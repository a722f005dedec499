import type { LineSeriesOption } from 'echarts/charts';
import {
  type ChartOption,
  chartFont,
  chartWidth,
  drawSvg,
  formatTick,
  labelsInside,
  pagePalette,
} from '../../eval/index.js';

/** A point of a chart. */
export type ChartPoint = [x: number, y: number];

/** A line of a chart. */
export interface ChartLine {
  name: string;
  color: string;
  points: readonly ChartPoint[];
  /** For what is only there to compare with. */
  dashed?: boolean;
}

export interface LineChart {
  id: string;
  /** What it shows, for readers who cannot see it; the ends of the lines are added. */
  label: string;
  xName: string;
  yName: string;
  /** Powers of two and the like. */
  logarithmic?: boolean;
  lines: readonly ChartLine[];
}

/** Draws a few lines with their points marked. */
export function drawLines(chart: LineChart): string {
  const ends = chart.lines.map(({ name, points }) => {
    const [first, last] = [points[0], points[points.length - 1]];
    const at = ([x, y]: ChartPoint) => `${y.toFixed(3)} at ${formatTick(x)}`;
    return `${name} from ${at(first)} to ${at(last)}`;
  });
  return drawSvg(optionOf(chart), {
    id: chart.id,
    label: `${chart.label}: ${ends.join('; ')}.`,
    width: chartWidth,
    height: 240,
  });
}

function optionOf({ xName, yName, logarithmic = false, lines }: LineChart): ChartOption {
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x));
  const axis = {
    axisLabel: { ...chartFont, formatter: formatTick },
    axisTick: { show: false },
    nameTextStyle: chartFont,
    nameLocation: 'middle' as const,
  };
  return {
    grid: { left: 4, right: 14, top: 8, bottom: 4, ...labelsInside },
    xAxis: {
      ...axis,
      type: logarithmic ? 'log' : 'value',
      name: xName,
      nameGap: 26,
      min: Math.min(...xs),
      max: Math.max(...xs),
      axisLabel: { ...axis.axisLabel, ...(logarithmic ? { customValues: xs } : {}) },
      axisLine: { onZero: false, lineStyle: { color: pagePalette.grid } },
      splitLine: { show: false },
    },
    yAxis: {
      ...axis,
      type: 'value',
      name: yName,
      nameGap: 38,
      scale: true,
      splitNumber: 4,
      axisLine: { show: false, onZero: false },
      splitLine: { lineStyle: { color: pagePalette.grid } },
    },
    series: lines.map(series),
  };
}

function series({ color, points, dashed = false }: ChartLine): LineSeriesOption {
  return {
    type: 'line',
    silent: true,
    data: [...points],
    symbol: dashed ? 'none' : 'circle',
    symbolSize: 6,
    showAllSymbol: true,
    lineStyle: { color, width: dashed ? 1.5 : 2, type: dashed ? [5, 4] : 'solid' },
    itemStyle: { color },
  };
}
