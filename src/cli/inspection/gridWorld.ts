import type { Cell, CellView, GridWorldView } from '../../sample/index.js';
import { colour } from '../colour.js';

/** Columns of a value. */
const WIDTH = 7;
/** Columns of the arrows of a cell: all four, and space. */
const ARROWS = 5;

const arrowOf: Readonly<Record<string, string>> = {
  up: '\u2191',
  down: '\u2193',
  left: '\u2190',
  right: '\u2192',
};
const GOAL = '\u25c6';

/** The Q table and the policy of a grid world, beside value iteration's. */
export function renderGridWorld(view: GridWorldView): string {
  const { size, cells, start, goal, gamma, optimalCells, largestDifference } = view;
  const { difference, cell, action } = largestDifference;
  const place = start ? `start ${shown(start)}` : 'start anywhere';
  return [
    `grid world of ${size} x ${size}, ${place}, goal ${shown(goal)}, gamma ${gamma}`,
    '',
    ...tableLines(view),
    '',
    ...policyLines(view),
    '',
    `largest difference  ${Number(difference.toPrecision(3))} at ${shown(cell)}, ${action}`,
    `greedy action       optimal in ${optimalCells} of ${cells.length} cells`,
  ].join('\n');
}

function tableLines({ cells, actions, goal }: GridWorldView): string[] {
  // The goal is the last cell, so its name is the longest.
  const label = shown(goal).length;
  const names = actions.map((name) => name.padStart(WIDTH)).join('');
  const block = actions.length * WIDTH;
  const groups = `${'learned Q'.padStart(label + block)}${'exact Q'.padStart(WIDTH + 1 + ARROWS + block)}`;
  const head = `${'cell'.padEnd(label)}${names}${'v'.padStart(WIDTH)} ${'best'.padEnd(ARROWS)}${names}`;
  return [
    colour.dim(groups),
    colour.bold(head),
    ...cells.map((view) => {
      const { cell, q, value, greedy, optimal } = view;
      const learned = values(q, actions, greedy);
      const exact = values(optimal.q, actions, optimal.greedy);
      const state = `${number(value)} ${arrows(greedy).padEnd(ARROWS)}`;
      return `${shown(cell).padEnd(label)}${learned}${state}${exact}`;
    }),
  ];
}

function values(q: readonly number[], actions: readonly string[], best: readonly string[]): string {
  return q
    .map((value, a) => (best.includes(actions[a]) ? colour.green(number(value)) : number(value)))
    .join('');
}

/** Both policies as grids of arrows, side by side where a terminal has room for them. */
function policyLines(view: GridWorldView): string[] {
  const learned = grid(view, ({ greedy }) => greedy);
  const exact = grid(view, ({ optimal }) => optimal.greedy);
  const width = view.size * ARROWS;
  const [left, right] = [colour.bold('learned policy'), colour.bold('value iteration')];
  const gap = Math.max(width, 'learned policy'.length) + 4;
  if (gap + width > 80) return [left, ...learned, '', right, ...exact].map((line) => line.trimEnd());
  return [
    `${left}${' '.repeat(gap - 'learned policy'.length)}${right}`,
    ...learned.map((line, row) => `${line.padEnd(gap)}${exact[row]}`.trimEnd()),
  ];
}

function grid({ size, cells, goal }: GridWorldView, best: (view: CellView) => readonly string[]): string[] {
  const lines = Array.from({ length: size }, () => Array.from({ length: size }, () => ''));
  for (const view of cells) lines[view.cell[0]][view.cell[1]] = arrows(best(view));
  lines[goal[0]][goal[1]] = GOAL;
  return lines.map((line) => line.map((text) => text.padEnd(ARROWS)).join(''));
}

function arrows(actions: readonly string[]): string {
  return actions.map((action) => arrowOf[action] ?? action).join('');
}

/** With two decimals, or as many as fit beside the column before. */
function number(value: number): string {
  const texts = [value.toFixed(2).replace(/^-0\.00$/, '0.00'), value.toFixed(1), value.toFixed(0)];
  const text = texts.find(({ length }) => length < WIDTH) ?? value.toExponential(0);
  return text.padStart(WIDTH);
}

function shown([row, column]: Cell): string {
  return `(${row}, ${column})`;
}
