import type { LineSeriesOption } from 'echarts/charts';
import type { Evaluation, Interval, TunedResult } from '../types.js';
import { type ComparisonRow, drawComparison } from './comparison.js';
import { formatNumber, formatShort, formatTick } from './format.js';
import { pagePalette } from './palette.js';
import { type ChartOption, chartFont, chartWidth, drawSvg, labelsInside } from './svg.js';
import { whisker } from './whisker.js';

/** Draws base, tuned and best-of-n side by side. */
export function drawRewards(evaluation: Evaluation, decimals: number): string {
  return drawComparison('Mean reward', comparisonRows(evaluation), decimals);
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
    width: chartWidth,
    height: 250,
  });
}

/** The name of a tuned result: its beta is told where there are several. */
export function tunedName(result: TunedResult, { tuned }: Evaluation): string {
  return tuned.length === 1 ? 'Tuned' : `Tuned, \u03b2 = ${formatShort(result.beta)}`;
}

function comparisonRows(evaluation: Evaluation): ComparisonRow[] {
  const { base, tuned, bestOf } = evaluation;
  return [
    { name: 'Base', value: base.reward, color: pagePalette.base },
    ...tuned.map((result) => ({
      name: tunedName(result, evaluation),
      value: result.reward,
      color: pagePalette.tuned,
    })),
    ...bestOf.map(({ n, reward }) => ({ name: `Best of ${n}`, value: reward, color: pagePalette.best })),
  ];
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
  const axis = { axisLabel: { ...chartFont, formatter: formatTick }, axisTick: { show: false } };
  return {
    grid: { left: 4, right: 38, top: 16, bottom: 4, ...labelsInside },
    xAxis: {
      ...axis,
      type: 'value',
      name: 'KL per token, nats',
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: chartFont,
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
          label: { show: true, formatter: name, position: 'right', offset: [1, 9], ...chartFont },
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
    label: { ...chartFont, color: pagePalette.limit, formatter: 'budget', position: 'end', distance: 3 },
  };
}
