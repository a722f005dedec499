import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StepMetrics } from '../eval/index.js';

/** Where a run's metrics are, a step a line. */
export const METRICS = 'metrics.jsonl';
/** Where some of its episodes are. */
export const SAMPLES = 'samples.jsonl';

/** The metrics of a run so far. */
export function readMetrics(directory: string): StepMetrics[] {
  const path = join(directory, METRICS);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** The numbers of a step, by their tags in TensorBoard. */
export function scalarsOf({ step: _, phrase, repeated, base: __, ...numbers }: StepMetrics) {
  const shares = { phraseShare: phrase?.share, repeatedShare: repeated?.share };
  return Object.fromEntries(
    Object.entries({ ...numbers, ...shares }).map(([name, value]) => [`train/${name}`, value]),
  );
}
