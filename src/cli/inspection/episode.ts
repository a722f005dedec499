import type { ActionView, EpisodeView, WorldStepView } from '../../sample/index.js';
import { colour } from '../colour.js';
import { signed } from './format.js';

/** Numbers of an observation that are shown. */
const MOST_NUMBERS = 6;
/** Most columns of an action's name. */
const NAME_WIDTH = 24;

/** The first steps of an episode with what the head thinks at each, and how the episode ended. */
export function renderEpisode(view: EpisodeView): string {
  const { environment, seed, policy, steps, length, end } = view;
  const names = steps.flatMap(({ actions }) => actions.map(({ action }) => action.length));
  const width = Math.min(NAME_WIDTH, Math.max(...names));
  const rest = length - steps.length;
  const more = `... ${count(rest)} more (--steps shows more)`;
  return [
    `${environment}, seed ${seed}, ${policy} policy`,
    colour.dim('> taken   Q = v + A'),
    ...steps.flatMap((step, t) => ['', ...stepLines(step, t + 1, width)]),
    '',
    ...(rest > 0 ? [colour.dim(more), ''] : []),
    `return ${colour.bold(Number(view.return.toFixed(3)).toLocaleString('en'))} in ${count(length)}, ${end}`,
  ].join('\n');
}

function stepLines(
  { value, reward, observation, actions }: WorldStepView,
  n: number,
  width: number,
): string[] {
  const state = `v ${signed(value)}  reward ${signed(reward)}`;
  return [
    `${colour.bold(`${String(n).padStart(4)} ${state}`)}  ${colour.dim(numbers(observation))}`,
    ...actions.map((action) => actionLine(action, width)),
  ];
}

function actionLine({ action, advantage, q, taken }: ActionView, width: number): string {
  const name = action.length > width ? `${action.slice(0, width - 1)}\u2026` : action.padEnd(width);
  const label = `   ${taken ? '>' : ' '} ${name}`;
  const byAdvantage = advantage < 0 ? colour.red : colour.green;
  const values = `  A ${byAdvantage(signed(advantage).padStart(9))}  Q ${signed(q).padStart(9)}`;
  return `${taken ? colour.bold(label) : label}${values}`;
}

/** `[0.01 -0.02 0.03]`; the first few of many. */
function numbers(observation: readonly number[]): string {
  const shown = observation.slice(0, MOST_NUMBERS).map((value) => Number(value.toPrecision(3)));
  const more = observation.length > MOST_NUMBERS ? ` \u2026 of ${observation.length}` : '';
  return `[${shown.join(' ')}${more}]`;
}

function count(steps: number): string {
  return `${steps.toLocaleString('en')} step${steps === 1 ? '' : 's'}`;
}
