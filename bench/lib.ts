import { cpus, totalmem } from 'node:os';

/** The machine in one line, for recorded tables. */
export function machine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${processors.length} x ${processors[0].model.trim()}, ${memory} GiB, Node ${process.versions.node}`;
}

/** The date and the machine, for recorded tables. */
export function dateAndMachine(): string {
  return `${new Date().toISOString().slice(0, 10)}; ${machine()}`;
}

/** Middle value; the mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** `0.82 (0.80 to 0.85)`: the mean and the range. */
export function spread(values: readonly number[], digits = 3): string {
  return withRange(mean(values), values, digits);
}

/** `0.82 (0.80 to 0.85)`: the median and the range. */
export function medianSpread(values: readonly number[], digits = 3): string {
  return withRange(median(values), values, digits);
}

function withRange(middle: number, values: readonly number[], digits: number): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

/** A Markdown table. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
