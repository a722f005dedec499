import type { Interval } from '../types.js';

const MISSING = 'n/a';

/** A number to about three significant digits: `0.842`, `18.4`, `12,345`, `1.2e-5`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-4)) return minus(value.toExponential(1));
  return formatFixed(value, decimalsFor([value]));
}

/** A number with a fixed number of decimals, thousands separated. */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return MISSING;
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  // Adding zero turns the -0 of a rounded small number into 0.
  return minus((Number(value.toFixed(decimals)) + 0).toLocaleString('en-US', options));
}

/** Decimals with which the largest of the values shows three significant digits; from 0 to 6. */
export function decimalsFor(values: readonly number[]): number {
  const largest = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
  if (largest === 0) return 3;
  return Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(largest))));
}

/** The bounds of an interval: `0.811 to 0.871`. */
export function formatBounds({ low, high }: Interval, decimals: number): string {
  return `${formatFixed(low, decimals)} to ${formatFixed(high, decimals)}`;
}

/** A share as a percentage: `83.2%`. */
export function formatPercent(share: number): string {
  return Number.isFinite(share) ? `${formatFixed(share * 100, 1)}%` : MISSING;
}

/** Seconds as `42 s`, `3 min 20 s` or `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return MISSING;
  if (seconds < 10) return `${formatFixed(seconds, 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${formatFixed(Math.floor(minutes / 60), 0)} h ${minutes % 60} min`;
}

/** A number without trailing zeros, to three significant digits: `0.2`, `15`, `0.312`. */
export function formatShort(value: number): string {
  return Math.abs(value) >= 1000 ? formatNumber(value) : minus(String(Number(value.toPrecision(3))));
}

/** A short label for an axis: `0.5`, `20k`, `1.5M`. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return minus(`${Number((value / 1e6).toPrecision(3))}M`);
  if (size >= 1e4) return minus(`${Number((value / 1e3).toPrecision(3))}k`);
  return minus(String(Number(value.toPrecision(4))));
}

function minus(text: string): string {
  return text.replaceAll('-', '\u2212');
}
