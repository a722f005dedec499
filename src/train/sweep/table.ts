import { decimalsFor, formatDuration, formatFixed } from '../../eval/index.js';
import { showValue } from './plan.js';
import type { Summary } from './summary.js';
import type { ConfigurationResult, TrialResult } from './types.js';

/** A table of text, the first row of it the names of the columns. */
export type Table = readonly (readonly string[])[];

const MISSING = '\u2013';

/** One row for each configuration, best first, with only the swept keys. For reading. */
export function tableOf({ configurations, trials }: Summary): Table {
  const keys = sweptKeys(configurations);
  const rewards = configurations.flatMap(({ mean, best }) => [mean ?? 0, best ?? 0]);
  const decimals = decimalsFor(rewards);
  const onText = configurations.some(({ klPerToken }) => klPerToken !== undefined);
  const shown = (value: number | undefined, places = decimals) =>
    value === undefined ? MISSING : formatFixed(value, places);
  const rows = configurations.map((configuration) => [
    String(configuration.number),
    ...keys.map((key) => showValue(configuration.values[key])),
    shown(configuration.mean),
    shown(configuration.sd),
    shown(configuration.best),
    ...(onText ? [shown(configuration.klPerToken, 3)] : []),
    shown(configuration.steps, 0),
    configuration.seconds === undefined ? MISSING : formatDuration(configuration.seconds),
    describeState(configuration, trials),
  ]);
  const head = [
    '#',
    ...keys,
    'reward',
    'sd',
    'best',
    ...(onText ? ['KL/token'] : []),
    'steps',
    'time',
    'state',
  ];
  return [head, ...rows];
}

/** The same with full precision, as comma-separated values. */
export function csvOf({ configurations, trials }: Summary): string {
  const keys = sweptKeys(configurations);
  const head = [
    'configuration',
    ...keys,
    'mean',
    'sd',
    'best',
    'n',
    'klPerToken',
    'steps',
    'seconds',
    'state',
  ];
  const rows = configurations.map((configuration) => {
    const { number, values, mean, sd, best, n, klPerToken, steps, seconds } = configuration;
    const state = describeState(configuration, trials);
    return [
      number,
      ...keys.map((key) => showValue(values[key])),
      ...[mean, sd, best, n, klPerToken, steps, seconds, state],
    ];
  });
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

/** The same in Markdown. */
export function markdownOf([head, ...rows]: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownCell).join(' | ')} |\n`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('');
}

/** `finished`, `stopped early`, with how many of its trials failed and why. */
function describeState({ number, state }: ConfigurationResult, trials: readonly TrialResult[]): string {
  const own = trials.filter(({ configuration }) => configuration === number);
  const failed = own.filter((trial) => trial.state === 'failed');
  const said = state === 'stopped' ? 'stopped early' : state;
  if (failed.length === 0) return said;
  const why = failed.find(({ error }) => error !== undefined)?.error ?? 'no result';
  const count = failed.length === own.length ? 'failed' : `${said}, ${failed.length} of ${own.length} failed`;
  return `${count}: ${why}`;
}

function sweptKeys([first]: readonly ConfigurationResult[]): string[] {
  return Object.keys(first.values);
}

function csvCell(value: string | number | undefined): string {
  const text = value === undefined ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function markdownCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
