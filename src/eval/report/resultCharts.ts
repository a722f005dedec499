import type { CustomSeriesRenderItem } from 'echarts';
import type { LineSeriesOption } from 'echarts/charts';
import type { Evaluation, Interval, TunedResult } from '../types.js';
import { formatBounds, formatFixed, formatNumber, formatShort, formatTick } from './format.js';
import { pagePalette } from './palette.js';
import { type ChartOption, drawSvg, labelsInside } from './svg.js';

/** One policy's reward, as the comparison and the table show it. */
export interface ResultRow {
  name: string;
  reward: Interval;
  color: string;
}

const FONT = { color: pagePalette.text, fontFamily: 'inherit', fontSize: 12 };
const WIDTH = 380;

/** Draws base, tuned and best-of-n side by side: a bar for each mean reward, a whisker for its 95% interval. */
export function drawComparison(evaluation: Evaluation, decimals: number): string {
  const rows = comparisonRows(evaluation);
  const said = rows.map(({ name, reward }) => {
    return `${name} ${formatFixed(reward.mean, decimals)} (${formatBounds(reward, decimals)})`;
  });
  return drawSvg(comparisonOption(rows, decimals), {
    id: 'comparison',
    label: `Mean reward with 95% intervals: ${said.join('; ')}.`,
    width: WIDTH,
    height: 40 + 30 * rows.length,
  });
}

/** Draws reward against KL per token for every beta, from the base model at 0 up. */
export function drawFrontier(evaluation: Evaluation, budget: number | undefined): string {
  const points = frontierPoints(evaluation);
  const said = points.map(({ name, kl, reward }) => {
    return `${name}: ${formatNumber(reward.mean)} at ${formatNumber(kl)} nats`;
  });
  return drawSvg(frontierOption(points, budget), {
    id: 'frontier',
    label: `Reward against KL per token. ${said.join('; ')}.`,
    width: WIDTH,
    height: 250,
  });
}

/** The name of a tuned result: its beta is told where there are several. */
export function tunedName(result: TunedResult, { tuned }: Evaluation): string {
  return tuned.length === 1 ? 'Tuned' : `Tuned, \u03b2 = ${formatShort(result.beta)}`;
}

function comparisonRows(evaluation: Evaluation): ResultRow[] {
  const { base, tuned, bestOf } = evaluation;
  return [
    { name: 'Base', reward: base.reward, color: pagePalette.base },
    ...tuned.map((result) => ({
      name: tunedName(result, evaluation),
      reward: result.reward,
      color: pagePalette.tuned,
    })),
    ...bestOf.map(({ n, reward }) => ({ name: `Best of ${n}`, reward, color: pagePalette.best })),
  ];
}

function comparisonOption(rows: readonly ResultRow[], decimals: number): ChartOption {
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
      axisLabel: { ...FONT, formatter: formatTick },
      splitNumber: 4,
      splitLine: { lineStyle: { color: pagePalette.grid } },
    },
    yAxis: [
      {
        ...names,
        data: rows.map(({ name }) => name),
        axisLabel: FONT,
        axisLine: { onZero: false, lineStyle: { color: pagePalette.grid } },
      },
      {
        ...names,
        data: rows.map(({ reward }) => formatFixed(reward.mean, decimals)),
        position: 'right',
        axisLabel: FONT,
        axisLine: { show: false, onZero: false },
      },
    ],
    series: [
      {
        type: 'bar',
        silent: true,
        barWidth: 14,
        data: rows.map(({ reward, color }) => ({ value: reward.mean, itemStyle: { color } })),
      },
      {
        type: 'custom',
        silent: true,
        renderItem: whisker('across'),
        encode: { x: [1, 2], y: 0 },
        data: rows.map(({ reward }, i) => [i, reward.low, reward.high]),
      },
    ],
  };
}

interface FrontierPoint {
  name: string;
  kl: number;
  reward: Interval;
}

function frontierPoints({ base, tuned }: Evaluation): FrontierPoint[] {
  const points = tuned.map(({ beta, klPerToken, reward }) => ({
    name: `\u03b2 ${formatShort(beta)}`,
    kl: klPerToken,
    reward,
  }));
  return [{ name: 'base', kl: 0, reward: base.reward }, ...points].sort((a, b) => a.kl - b.kl);
}

function frontierOption(points: readonly FrontierPoint[], budget: number | undefined): ChartOption {
  const axis = { axisLabel: { ...FONT, formatter: formatTick }, axisTick: { show: false } };
  return {
    grid: { left: 4, right: 38, top: 16, bottom: 4, ...labelsInside },
    xAxis: {
      ...axis,
      type: 'value',
      name: 'KL per token, nats',
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: FONT,
      min: 0,
      axisLine: { onZero: false, lineStyle: { color: pagePalette.grid } },
      splitLine: { show: false },
    },
    yAxis: {
      ...axis,
      type: 'value',
      scale: true,
      splitNumber: 4,
      axisLine: { show: false, onZero: false },
      splitLine: { lineStyle: { color: pagePalette.grid } },
    },
    series: [
      {
        type: 'line',
        silent: true,
        data: points.map(({ kl, reward, name }) => ({
          value: [kl, reward.mean],
          label: { show: true, formatter: name, position: 'right', offset: [1, 9], ...FONT },
        })),
        symbol: 'circle',
        symbolSize: 7,
        lineStyle: { color: pagePalette.tuned, width: 2 },
        itemStyle: { color: pagePalette.tuned },
      },
      ...(budget === undefined ? [] : [budgetSeries(budget, points[0].reward.mean)]),
      {
        type: 'custom',
        silent: true,
        renderItem: whisker('up'),
        encode: { x: 0, y: [1, 2] },
        data: points.map(({ kl, reward }) => [kl, reward.low, reward.high]),
      },
    ],
  };
}

/** A vertical line at the budget. Its one point, unseen, makes the axis reach as far. */
function budgetSeries(budget: number, anyReward: number): LineSeriesOption {
  return {
    type: 'line',
    silent: true,
    symbol: 'none',
    data: [[budget, anyReward]],
    markLine: budgetLine(budget),
  };
}

function budgetLine(budget: number): NonNullable<LineSeriesOption['markLine']> {
  return {
    silent: true,
    symbol: 'none',
    data: [{ xAxis: budget }],
    lineStyle: { color: pagePalette.limit, width: 1.5, type: [5, 4] },
    label: { ...FONT, color: pagePalette.limit, formatter: 'budget', position: 'end', distance: 3 },
  };
}

/** Draws an interval as a line with caps. Data: the place on the other axis, then the two bounds. */
function whisker(direction: 'across' | 'up'): CustomSeriesRenderItem {
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
