/** What a YAML mapping or a JSON object becomes. */
export type ConfigRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is ConfigRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
