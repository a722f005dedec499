import type { LineSeriesOption } from 'echarts/charts';
import {
  type ChartOption,
  chartFont,
  decimalsFor,
  drawSvg,
  formatFixed,
  formatTick,
  labelsInside,
  pagePalette,
  whisker,
} from '../../eval/index.js';
import { showValue } from './plan.js';
import type { Summary } from './summary.js';
import type { Values } from './types.js';

/** Most configurations that a chart shows. */
export const MOST_ROWS = 40;

const WIDTH = 900;
/** The longest value in a label, and the longest label, in characters. */
const VALUE_LENGTH = 18;
const LABEL_LENGTH = 60;

/** One configuration in the chart. */
interface Row {
  label: string;
  mean: number;
  sd: number | undefined;
  /** The reward of each of its trials that counts. */
  rewards: number[];
  /** Before its last step, by halving. */
  stopped: boolean;
}

/**
 * Draws every configuration's mean reward with its standard deviation, its trials as small dots, and the best trial of
 * the best configuration marked. Best first; configurations that failed are left out.
 */
export function drawSweep(summary: Summary): string {
  const rows = rowsOf(summary);
  const decimals = decimalsFor(rows.map(({ mean }) => mean));
  const said = rows.map(({ label, mean, sd }) => {
    const spread = sd === undefined ? '' : ` (standard deviation ${formatFixed(sd, decimals)})`;
    return `${label}: ${formatFixed(mean, decimals)}${spread}`;
  });
  return drawSvg(sweepOption(rows, decimals), {
    id: 'sweep',
    label: `Mean reward of each configuration, best first. ${said.join('; ')}.`,
    width: WIDTH,
    height: 60 + 26 * rows.length,
  });
}

function rowsOf({ configurations, trials }: Summary): Row[] {
  return configurations.slice(0, MOST_ROWS).flatMap(({ number, values, mean, sd, steps, state }): Row[] => {
    const own = trials.filter((trial) => trial.configuration === number && trial.steps === steps);
    const rewards = own.map(({ reward }) => reward).filter((reward) => reward !== undefined);
    return mean === undefined
      ? []
      : [{ label: shortLabel(number, values), mean, sd, rewards, stopped: state === 'stopped' }];
  });
}

/** `2  lr 0.001, type soft`: the last part of each key is enough to tell rows apart beside the table. */
function shortLabel(number: number, values: Values): string {
  const parts = Object.entries(values).map(
    ([key, value]) => `${key.split('.').at(-1)} ${shortened(showValue(value), VALUE_LENGTH)}`,
  );
  return shortened(`${number}  ${parts.join(', ')}`, LABEL_LENGTH);
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}\u2026` : text;
}

function sweepOption(rows: readonly Row[], decimals: number): ChartOption {
  const names = {
    type: 'category' as const,
    inverse: true,
    axisTick: { show: false },
    splitLine: { show: false },
  };
  const means = (shown: (row: Row) => boolean) =>
    rows.flatMap((row, i): Dot[] => (shown(row) ? [[row.mean, i]] : []));
  const dots = rows.flatMap(({ rewards }, row) => rewards.map((reward): Dot => [reward, row]));
  return {
    grid: { left: 4, right: 4, top: 4, bottom: 4, ...labelsInside },
    xAxis: {
      type: 'value',
      name: 'reward',
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: chartFont,
      scale: true,
      axisLabel: { ...chartFont, formatter: formatTick },
      splitLine: { lineStyle: { color: pagePalette.grid } },
    },
    yAxis: [
      {
        ...names,
        data: rows.map(({ label }) => label),
        axisLabel: { ...chartFont, interval: 0 },
        axisLine: { onZero: false, lineStyle: { color: pagePalette.grid } },
      },
      {
        ...names,
        data: rows.map((row) => meanAndSd(row, decimals)),
        position: 'right',
        axisLabel: { ...chartFont, interval: 0 },
        axisLine: { show: false, onZero: false },
      },
    ],
    series: [
      deviations(rows),
      dotSeries(
        means(({ stopped }) => !stopped),
        pagePalette.tuned,
        11,
      ),
      dotSeries(
        means(({ stopped }) => stopped),
        pagePalette.base,
        11,
      ),
      dotSeries(dots, pagePalette.training, 5),
      {
        ...dotSeries([[Math.max(...rows[0].rewards), 0]], pagePalette.best, 13),
        symbol: 'diamond',
      },
    ],
  };
}

type Dot = [reward: number, row: number];

function meanAndSd({ mean, sd }: Row, decimals: number): string {
  const text = formatFixed(mean, decimals);
  return sd === undefined ? text : `${text} \u00b1 ${formatFixed(sd, decimals)}`;
}

/** Dots without a line between them. */
function dotSeries(data: readonly Dot[], color: string, symbolSize: number): LineSeriesOption {
  return {
    type: 'line',
    silent: true,
    data: [...data],
    symbol: 'circle',
    symbolSize,
    showAllSymbol: true,
    lineStyle: { width: 0 },
    itemStyle: { color },
  };
}

/** A line with caps from one standard deviation below the mean to one above. */
function deviations(rows: readonly Row[]): NonNullable<Exclude<ChartOption['series'], readonly unknown[]>> {
  return {
    type: 'custom',
    silent: true,
    renderItem: whisker('across'),
    encode: { x: [1, 2], y: 0 },
    data: rows.flatMap(({ mean, sd = 0 }, row) => (sd > 0 ? [[row, mean - sd, mean + sd]] : [])),
  };
}
