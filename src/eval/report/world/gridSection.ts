import type { Cell, CellView, GridWorldView } from '../../../sample/index.js';
import { decimalsFor, formatFixed, formatNumber, formatShort } from '../format.js';
import { type Html, html } from '../html.js';
import { figure } from '../sections.js';
import { drawGrid } from './gridFigure.js';

/** A difference that is too small to tell. */
export const NOTHING = 1e-4;

/** The learned Q beside value iteration's. */
export function gridSection(grid: GridWorldView): Html {
  const learned = grid.cells.map(({ cell, q, greedy }) => ({ cell, q, greedy }));
  const exact = grid.cells.map(({ cell, optimal }) => ({ cell, ...optimal }));
  return html`
<section aria-labelledby="grid">
<h2 id="grid">Q in the grid world</h2>
<p>${verdict(grid)}</p>
<p class="hint">Each triangle is an action, with its value; more colour is better. Arrows point along the best actions.
${grid.start && 'The ring marks the start.'}</p>
<div class="grid two">
${figure('Learned', 'Q of the trained head', html``, drawGrid('q-learned', 'Learned Q', grid, learned))}
${figure('Value iteration', `exact, gamma ${formatShort(grid.gamma)}`, html``, drawGrid('q-exact', 'Exact Q by value iteration', grid, exact))}
</div>
<details><summary>Every value</summary>${table(grid)}</details>
</section>`;
}

function verdict({ largestDifference, optimalCells, cells }: GridWorldView): string {
  const { difference, cell, action } = largestDifference;
  const most =
    difference < NOTHING
      ? `less than ${NOTHING}`
      : `at most ${formatNumber(difference)}, at ${place(cell)}, ${action}`;
  const share = optimalCells === cells.length ? `all ${cells.length}` : `${optimalCells} of ${cells.length}`;
  return (
    `The learned Q differs from value iteration\u2019s by ${most}. ` +
    `The greedy action is optimal in ${share} cells.`
  );
}

function table({ cells, actions }: GridWorldView): Html {
  const decimals = decimalsFor(cells.flatMap(({ q }) => q));
  const heads = [...actions, ...actions].map((action) => html`<th scope="col">${action}</th>`);
  const span = actions.length;
  const row = ({ cell, q, greedy, optimal }: CellView) => html`
<tr><th scope="row">${place(cell)}</th>
${values(q, actions, greedy, decimals)}${values(optimal.q, actions, optimal.greedy, decimals)}</tr>`;
  return html`
<div class="scroll" role="region" aria-labelledby="grid-caption" tabindex="0">
<table>
<caption id="grid-caption"><span>Q of every cell (row, column), the best in bold</span></caption>
<thead>
<tr><td></td><th scope="colgroup" colspan="${span}">Learned</th><th scope="colgroup" colspan="${span}">Value iteration</th></tr>
<tr><th scope="col">Cell</th>${heads}</tr>
</thead>
<tbody>${cells.map(row)}
</tbody>
</table>
</div>`;
}

function values(
  q: readonly number[],
  actions: readonly string[],
  best: readonly string[],
  decimals: number,
): Html[] {
  return q.map((value, a) => {
    const text = formatFixed(value, decimals);
    return best.includes(actions[a]) ? html`<td><strong>${text}</strong></td>` : html`<td>${text}</td>`;
  });
}

function place([row, column]: Cell): string {
  return `(${row}, ${column})`;
}
