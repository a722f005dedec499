/** A value as JSON text. Columns of a Parquet file may be big integers, which JSON does not know. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? plainInteger(part) : part));
}

function plainInteger(integer: bigint): number | string {
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : String(integer);
}
