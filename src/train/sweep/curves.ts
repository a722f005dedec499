import {
  chartFont,
  drawSvg,
  formatNumber,
  formatTick,
  labelsInside,
  mean,
  pagePalette,
} from '../../eval/index.js';
import { readMetrics } from '../metrics.js';
import type { Summary } from './summary.js';

/** The evaluation reward of a configuration by step, the mean over its trials. */
export interface RewardCurve {
  number: number;
  points: [step: number, reward: number][];
}

/** The learning curves of all configurations, best first; those without any evaluation are left out. */
export function rewardCurves({ configurations, trials }: Summary): RewardCurve[] {
  return configurations
    .map(({ number }): RewardCurve => {
      const bySteps = new Map<number, number[]>();
      for (const { run } of trials.filter(({ configuration }) => configuration === number)) {
        for (const { step, evalReward } of readMetrics(run)) {
          if (evalReward !== undefined) bySteps.set(step, [...(bySteps.get(step) ?? []), evalReward]);
        }
      }
      const points = [...bySteps].map(([step, rewards]): RewardCurve['points'][number] => [
        step,
        mean(rewards),
      ]);
      return { number, points: points.sort(([a], [b]) => a - b) };
    })
    .filter(({ points }) => points.length > 0);
}

/** Draws the curves, the best configuration's in front. */
export function drawRewardCurves(curves: readonly RewardCurve[]): string {
  const [{ number, points }] = curves;
  const [step, reward] = points[points.length - 1];
  return drawSvg(
    {
      grid: { left: 4, right: 14, top: 12, bottom: 4, ...labelsInside },
      xAxis: {
        type: 'value',
        name: 'step',
        nameLocation: 'middle',
        nameGap: 26,
        nameTextStyle: chartFont,
        minInterval: 1,
        max: 'dataMax',
        axisLabel: { ...chartFont, formatter: formatTick },
        axisTick: { show: false },
        axisLine: { onZero: false, lineStyle: { color: pagePalette.grid } },
        splitLine: { show: false },
      },
      yAxis: {
        type: 'value',
        scale: true,
        splitNumber: 4,
        axisLine: { show: false, onZero: false },
        axisLabel: { ...chartFont, formatter: formatTick },
        splitLine: { lineStyle: { color: pagePalette.grid } },
      },
      series: curves.toReversed().map((curve) => {
        const first = curve.number === number;
        const color = first ? pagePalette.tuned : pagePalette.base;
        return {
          type: 'line' as const,
          silent: true,
          data: curve.points,
          symbol: 'circle',
          symbolSize: first ? 7 : 4,
          lineStyle: { color, width: first ? 2.5 : 1, opacity: first ? 1 : 0.6 },
          itemStyle: { color, opacity: first ? 1 : 0.6 },
        };
      }),
    },
    {
      id: 'sweep-curves',
      label:
        `Evaluation reward by step of ${curves.length} configurations; ` +
        `that of configuration ${number}, the best, is ${formatNumber(reward)} at step ${step}.`,
      width: 900,
      height: 300,
    },
  );
}
