/** Bytes in each unit. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** A positive size in bytes: `512MB`, `1.5 GiB` or a number; undefined for anything else. */
export function parseBytes(size: string | number): number | undefined {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(String(size)) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit.toLowerCase()];
  const bytes = factor === undefined ? Number.NaN : Math.floor(Number(number) * factor);
  return bytes > 0 ? bytes : undefined;
}

/** A size in bytes for people: `512 MB`. */
export function formatBytes(bytes: number): string {
  const [unit, factor] =
    bytes >= 1e9 ? ['GB', 1e9] : bytes >= 1e6 ? ['MB', 1e6] : bytes >= 1e3 ? ['kB', 1e3] : ['bytes', 1];
  const value = bytes / Number(factor);
  return `${value >= 100 || factor === 1 ? Math.round(value) : value.toFixed(1)} ${unit}`;
}
