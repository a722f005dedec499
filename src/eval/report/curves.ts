import type { StepMetrics } from '../types.js';

/** A point of a curve: the step, and the value there. */
export type Point = [step: number, value: number];

/** The part that a line plays in a chart, which settles how it is drawn. */
export type Role = 'only' | 'training' | 'evaluation' | 'base' | 'best' | 'limit';

/** One line of a chart. */
export interface Line {
  name: string;
  role: Role;
  points: Point[];
}

/** A horizontal line to compare with. */
export interface Reference {
  name: string;
  role: Role;
  value: number;
}

/** A chart of values by training step. */
export interface Curve {
  id: string;
  title: string;
  /** What is measured, in a few words. */
  note: string;
  /** The first and the last step that any line has. */
  span: [first: number, last: number];
  lines: Line[];
  references: Reference[];
}

/** Points that a chart of a few hundred pixels can show apart. */
export const MOST_POINTS = 160;

/** Words and references of a curve; lines without any finite value are left out. */
export interface CurveText {
  id: string;
  title: string;
  note: string;
  references?: readonly (Reference | undefined)[];
}

/** A curve of a value that training gives at every step and, if `evaluated`, one that evaluations give. */
export function curve(
  steps: readonly StepMetrics[],
  text: CurveText,
  trained: (step: StepMetrics) => number | undefined,
  evaluated?: (step: StepMetrics) => number | undefined,
): Curve {
  const lines: Line[] = [{ name: 'training', role: 'training', points: pointsOf(steps, trained) }];
  if (evaluated) lines.push({ name: 'evaluation', role: 'evaluation', points: pointsOf(steps, evaluated) });
  const drawn = lines.filter(({ points }) => points.length > 0);
  const thinned = drawn.map((line) => ({ ...line, points: thin(line.points) }));
  return {
    id: text.id,
    title: text.title,
    note: text.note,
    span: spanOf(drawn),
    // Training steps back only where there is an evaluation to show before it.
    lines: thinned.length === 1 ? thinned.map((line) => ({ ...line, role: 'only' })) : thinned,
    references: (text.references ?? []).filter((reference) => reference !== undefined),
  };
}

/** Averages neighbours so that at most `most` points remain, evenly filled; few points stay as they are. */
export function thin(points: readonly Point[], most = MOST_POINTS): Point[] {
  if (points.length <= most) return [...points];
  return Array.from({ length: most }, (_, i) => {
    const start = Math.floor((i * points.length) / most);
    const end = Math.floor(((i + 1) * points.length) / most);
    const bucket = points.slice(start, end);
    return [average(bucket.map(([step]) => step)), average(bucket.map(([, value]) => value))];
  });
}

/** Says in words what a curve shows, for readers who cannot see it. */
export function describeCurve(
  { title, lines, references }: Curve,
  format: (value: number) => string,
): string {
  const runs = lines.map(({ name, points }) => {
    const first = points[0];
    const last = points[points.length - 1];
    if (points.length === 1) return `${name} ${format(first[1])} at step ${Math.round(first[0])}`;
    const from = `from ${format(first[1])} at step ${Math.round(first[0])}`;
    return `${name} ${from} to ${format(last[1])} at step ${Math.round(last[0])}`;
  });
  const marks = references.map(({ name, value }) => `${name} ${format(value)}`);
  return `${title} by training step: ${[...runs, ...marks].join('; ')}.`;
}

function pointsOf(steps: readonly StepMetrics[], value: (step: StepMetrics) => number | undefined): Point[] {
  return steps.flatMap((metrics): Point[] => {
    const y = value(metrics);
    return y !== undefined && Number.isFinite(y) ? [[metrics.step, y]] : [];
  });
}

function spanOf(lines: readonly Line[]): [number, number] {
  const ends = lines.flatMap(({ points }) => [points[0][0], points[points.length - 1][0]]);
  return ends.length === 0 ? [0, 0] : [Math.min(...ends), Math.max(...ends)];
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
