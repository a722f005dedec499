import type { LineSeriesOption } from 'echarts/charts';
import type { BestOfResult, Evaluation, StepMetrics } from '../types.js';
import { type Curve, curve, describeCurve, type Line, type Reference, type Role } from './curves.js';
import { formatNumber, formatTick } from './format.js';
import { neutralPalette, type Palette, pagePalette } from './palette.js';
import { type ChartOption, drawSvg, labelsInside } from './svg.js';

/** How a curve is drawn where. */
interface CurveStyle {
  palette: Palette;
  font: { fontFamily: string; fontSize: number };
  /** Whether names stand at the lines' ends; otherwise the page around the chart has a key. */
  named: boolean;
}

/** Draws a curve for the report's page, which has the key to its lines. */
export function drawCurve(shape: Curve): string {
  const style = { palette: pagePalette, font: { fontFamily: 'inherit', fontSize: 12 }, named: false };
  const label = describeCurve(shape, formatNumber);
  return drawSvg(curveOption(shape, style), { id: shape.id, label, width: 380, height: 220 });
}

/**
 * The learning curve of the reward as an SVG picture of its own, for a README: training and evaluation reward
 * by step, with the base model, best-of-n and the first tuned result, whose beta is calibrated after training, as lines
 * to compare with. Readable on white and on dark.
 */
export function renderCurve(
  steps: readonly StepMetrics[],
  references: Partial<Pick<Evaluation, 'base' | 'tuned' | 'bestOf'>> = {},
): string {
  const { base, tuned = [], bestOf = [] } = references;
  const curve = rewardCurve(steps, base?.reward.mean, bestOf);
  const results = tuned.map(
    ({ reward }): Reference => ({ name: 'tuned, calibrated', role: 'evaluation', value: reward.mean }),
  );
  const shape = { ...curve, references: [...results.slice(0, 1), ...curve.references] };
  const font = { fontFamily: 'system-ui, sans-serif', fontSize: 13 };
  const option = curveOption(shape, { palette: neutralPalette, font, named: true });
  const label = describeCurve(shape, formatNumber);
  return drawSvg(option, { id: 'learning-curve', label, width: 760, height: 340 });
}

/** The reward by step, against the base model and best-of-n. */
export function rewardCurve(
  steps: readonly StepMetrics[],
  base: number | undefined,
  bestOf: readonly BestOfResult[],
): Curve {
  const baseLine: Reference | undefined =
    base === undefined ? undefined : { name: 'base model', role: 'base', value: base };
  const bestLines = bestOf.map(
    ({ n, reward }): Reference => ({ name: `best of ${n}`, role: 'best', value: reward.mean }),
  );
  const text = {
    id: 'curve-reward',
    title: 'Reward',
    note: 'mean per completion',
    references: [baseLine, ...bestLines],
  };
  return curve(
    steps,
    text,
    ({ reward }) => reward,
    ({ evalReward }) => evalReward,
  );
}

function curveOption(shape: Curve, style: CurveStyle): ChartOption {
  const { palette, font, named } = style;
  const [first, last] = extent(shape.span);
  const text = { color: palette.text, ...font };
  const axis = { axisLabel: { ...text, formatter: formatTick }, axisTick: { show: false } };
  return {
    grid: { left: 4, right: named ? 120 : 14, top: named ? 4 : 12, bottom: 4, ...labelsInside },
    xAxis: {
      ...axis,
      axisLabel: { ...axis.axisLabel, customValues: ticks(first, last) },
      type: 'value',
      name: 'step',
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: text,
      min: first,
      max: last,
      axisLine: { onZero: false, lineStyle: { color: palette.grid } },
      splitLine: { show: false },
    },
    yAxis: {
      ...axis,
      type: 'value',
      ...(named && {
        name: shape.title.toLowerCase(),
        nameTextStyle: { ...text, align: 'right' },
        nameGap: 12,
      }),
      scale: true,
      splitNumber: 4,
      axisLine: { show: false, onZero: false },
      splitLine: { lineStyle: { color: palette.grid } },
    },
    series: [
      ...shape.references.map((reference) => referenceSeries(reference, first, last, style)),
      ...shape.lines.map((line) => lineSeries(line, style)),
    ],
  };
}

/** The steps that the axis covers: more than one, so that a single step stands in the middle. */
function extent([first, last]: Curve['span']): [number, number] {
  return first === last ? [first - 1, last + 1] : [first, last];
}

/** Round steps to label, five or so, and the first one where it stands clear of them. */
function ticks(first: number, last: number): number[] {
  const rough = (last - first) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = Math.max(
    1,
    [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? 1,
  );
  const start = Math.ceil(first / interval) * interval;
  const round = Array.from(
    { length: Math.floor((last - start) / interval) + 1 },
    (_, i) => start + i * interval,
  );
  return start - first > interval / 2 ? [first, ...round] : round;
}

function lineSeries({ name, role, points }: Line, style: CurveStyle): LineSeriesOption {
  const color = colorOf(role, style.palette);
  const evaluation = role === 'evaluation';
  return {
    type: 'line',
    silent: true,
    data: points,
    symbol: 'circle',
    symbolSize: evaluation ? 7 : 5,
    // A line needs two points to be seen; an evaluation's few points are worth marking.
    showSymbol: points.length === 1 || (evaluation && points.length <= 40),
    lineStyle: { color, width: role === 'training' ? 1.5 : 2.5 },
    itemStyle: { color },
    ...(style.named && endLabel(name, color, style)),
  };
}

function referenceSeries(
  { name, role, value }: Reference,
  first: number,
  last: number,
  style: CurveStyle,
): LineSeriesOption {
  const color = colorOf(role, style.palette);
  return {
    type: 'line',
    silent: true,
    data: [
      [first, value],
      [last, value],
    ],
    symbol: 'none',
    lineStyle: { color, width: 1.5, type: [5, 4] },
    ...(style.named && endLabel(name, color, style)),
  };
}

function endLabel(name: string, color: string, { font }: CurveStyle): LineSeriesOption {
  return {
    endLabel: { show: true, formatter: name, color, distance: 8, ...font },
    labelLayout: { moveOverlap: 'shiftY' },
  };
}

function colorOf(role: Role, palette: Palette): string {
  switch (role) {
    case 'training':
      return palette.training;
    case 'evaluation':
    case 'only':
      return palette.tuned;
    default:
      return palette[role];
  }
}
