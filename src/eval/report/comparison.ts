import type { Interval } from '../types.js';
import { formatBounds, formatFixed, formatTick } from './format.js';
import { pagePalette } from './palette.js';
import { type ChartOption, chartFont, chartWidth, drawSvg, labelsInside } from './svg.js';
import { whisker } from './whisker.js';

/** One policy's result in a comparison. */
export interface ComparisonRow {
  name: string;
  value: Interval;
  color: string;
}

/** Draws results side by side: a bar for each mean, a whisker for its 95% interval. @param what is compared, in words */
export function drawComparison(what: string, rows: readonly ComparisonRow[], decimals: number): string {
  const said = rows.map(({ name, value }) => {
    return `${name} ${formatFixed(value.mean, decimals)} (${formatBounds(value, decimals)})`;
  });
  return drawSvg(comparisonOption(rows, decimals), {
    id: 'comparison',
    label: `${what} with 95% intervals: ${said.join('; ')}.`,
    width: chartWidth,
    height: 40 + 30 * rows.length,
  });
}

function comparisonOption(rows: readonly ComparisonRow[], decimals: number): ChartOption {
  const names = {
    type: 'category' as const,
    inverse: true,
    axisTick: { show: false },
    splitLine: { show: false },
  };
  return {
    grid: { left: 4, right: 4, top: 4, bottom: 4, ...labelsInside },
    xAxis: {
      type: 'value',
      axisLabel: { ...chartFont, formatter: formatTick },
      splitNumber: 4,
      splitLine: { lineStyle: { color: pagePalette.grid } },
    },
    yAxis: [
      {
        ...names,
        data: rows.map(({ name }) => name),
        axisLabel: chartFont,
        axisLine: { onZero: false, lineStyle: { color: pagePalette.grid } },
      },
      {
        ...names,
        data: rows.map(({ value }) => formatFixed(value.mean, decimals)),
        position: 'right',
        axisLabel: chartFont,
        axisLine: { show: false, onZero: false },
      },
    ],
    series: [
      {
        type: 'bar',
        silent: true,
        barWidth: 14,
        data: rows.map(({ value, color }) => ({ value: value.mean, itemStyle: { color } })),
      },
      {
        type: 'custom',
        silent: true,
        renderItem: whisker('across'),
        encode: { x: [1, 2], y: 0 },
        data: rows.map(({ value }, i) => [i, value.low, value.high]),
      },
    ],
  };
}
