import type { Cell, GridWorldView } from '../../../sample/index.js';
import { decimalsFor, formatFixed } from '../format.js';
import { type Html, html } from '../html.js';

/** The values of one cell's actions, and the best of them. */
export interface DrawnCell {
  cell: Cell;
  q: readonly number[];
  greedy: readonly string[];
}

/** Units of a cell's side. */
const SIDE = 100;
/** Of a drawing, in CSS pixels. */
const WIDEST = 560;
/** Rows or columns that are numbered on the axes, at most. */
const MOST_LABELS = 10;
/** Cells on a side beyond which numbers would be too small to read. */
const MOST_NUMBERED = 5;
/** Opacity of the worst and of the best action's triangle. */
const TINT = [0.04, 0.5] as const;

/** How an action points: its triangle in the cell, the place of its number, and the arrow. */
interface Direction {
  triangle: string;
  number: [x: number, y: number];
  /** Degrees from upwards, clockwise. */
  turn: number;
}

const directions: ReadonlyMap<string, Direction> = new Map([
  ['up', { triangle: '0,0 100,0 50,50', number: [50, 20], turn: 0 }],
  ['right', { triangle: '100,0 100,100 50,50', number: [80.5, 54], turn: 90 }],
  ['down', { triangle: '100,100 0,100 50,50', number: [50, 89], turn: 180 }],
  ['left', { triangle: '0,100 0,0 50,50', number: [19.5, 54], turn: 270 }],
]);

/**
 * Draws a grid of cells, each with a triangle for an action that its value tints, and arrows along the best actions.
 * @param id distinguishes the drawing from others in a page
 * @param title what is drawn, for readers who cannot see it
 */
export function drawGrid(
  id: string,
  title: string,
  grid: Pick<GridWorldView, 'size' | 'actions' | 'start' | 'goal'>,
  cells: readonly DrawnCell[],
): string {
  const { size, actions, start, goal } = grid;
  const numbered = size <= MOST_NUMBERED;
  // A large grid is scaled down, and its letters are not to shrink.
  const margin = 8 + 4 * size;
  const side = margin + size * SIDE + 2;
  const labels = Array.from({ length: size }, (_, i) => i).filter(
    (i) => i % Math.ceil(size / MOST_LABELS) === 0,
  );
  const all = cells.flatMap(({ q }) => q).filter(Number.isFinite);
  const scale: Scale = { low: Math.min(...all), high: Math.max(...all), decimals: decimalsOf(all) };
  const label = `${title}. Best actions: ${cells.map(said).join('; ')}.`;
  const { markup } =
    html`<svg role="img" aria-label="${label}" id="${id}" viewBox="0 0 ${side} ${side}" width="${side}" \
height="${side}" font-size="12" text-anchor="middle" style="max-width: ${Math.min(WIDEST, 300 + 50 * size)}px"><title>${label}</title>
${labels.map((i) => axis(i, margin))}
<g transform="translate(${margin} ${margin})">
${cells.map((cell) => drawCell(cell, actions, scale, numbered))}
${start && at(start, ring(numbered))}
${at(goal, goalMark(numbered))}</g></svg>`;
  return markup.replace(/\n\s*/g, '');
}

interface Scale {
  low: number;
  high: number;
  decimals: number;
}

/** Numbers have room for two decimals. */
function decimalsOf(values: readonly number[]): number {
  return Math.min(2, decimalsFor(values));
}

function axis(i: number, margin: number): Html {
  const middle = margin + i * SIDE + SIDE / 2;
  const size = margin * 0.6;
  return html`<text x="${middle}" y="${margin * 0.7}" font-size="${size}" fill="var(--muted)">${i}</text>
<text x="${margin * 0.5}" y="${middle + size * 0.35}" font-size="${size}" fill="var(--muted)">${i}</text>`;
}

function drawCell(
  { cell, q, greedy }: DrawnCell,
  actions: readonly string[],
  scale: Scale,
  numbered: boolean,
): Html {
  const parts = actions.map((action, a) => {
    const direction = directions.get(action);
    if (!direction) return undefined;
    const best = greedy.includes(action);
    const { triangle, number, turn } = direction;
    return html`<polygon points="${triangle}" fill="var(--tuned)" fill-opacity="${tint(q[a], scale)}" stroke="var(--rule)"/>
${numbered && html`<text x="${number[0]}" y="${number[1]}" fill="var(--text)"${best && html` font-weight="700"`}>${formatFixed(q[a], scale.decimals)}</text>`}
${best && arrow(turn, numbered)}`;
  });
  return at(cell, html`${parts}<rect width="${SIDE}" height="${SIDE}" fill="none" stroke="var(--muted)"/>`);
}

/** Beside the middle, clear of a ring around it and of the numbers; larger where there are none. */
function arrow(turn: number, numbered: boolean): Html {
  const points = numbered ? '50,37 54.5,44 45.5,44' : '50,16 62,36 38,36';
  return html`<polygon points="${points}" transform="rotate(${turn} 50 50)" fill="var(--text)"/>`;
}

function ring(numbered: boolean): Html {
  return html`<circle cx="50" cy="50" r="${numbered ? 4 : 10}" fill="var(--card)" stroke="var(--text)" stroke-width="2"/>`;
}

function goalMark(numbered: boolean): Html {
  return html`<rect width="${SIDE}" height="${SIDE}" fill="var(--best)" fill-opacity="0.3" stroke="var(--muted)"/>
<text x="50" y="${numbered ? 56 : 60}" font-size="${numbered ? 18 : 28}" fill="var(--text)">goal</text>`;
}

function tint(value: number, { low, high }: Scale): number {
  if (!Number.isFinite(value)) return 0;
  const share = high > low ? (value - low) / (high - low) : 1;
  return Number((TINT[0] + share * (TINT[1] - TINT[0])).toFixed(3));
}

function at([row, column]: Cell, drawing: Html): Html {
  return html`<g transform="translate(${column * SIDE} ${row * SIDE})">${drawing}</g>`;
}

function said({ cell: [row, column], greedy }: DrawnCell): string {
  return `(${row}, ${column}) ${greedy.length === 0 ? 'none' : greedy.join(' or ')}`;
}
