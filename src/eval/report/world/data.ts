import type { GridWorldView } from '../../../sample/index.js';
import type { Interval, WorldEvaluation } from '../../types.js';
import type { PageData } from '../data.js';
import { decimalsFor } from '../format.js';

/** What was run, in words a reader knows from the configuration. */
export interface WorldRunSummary {
  environment: string;
  head: string;
  target: string;
  policy: string;
  /** Training steps. */
  steps: number;
  /** Steps taken in the environment for training. */
  environmentSteps: number;
  /** Seconds that the training took. */
  seconds: number;
  seed: number;
}

/** Everything the report of a run in an environment other than text shows. */
export interface WorldReportData extends PageData {
  summary: WorldRunSummary;
  evaluation: WorldEvaluation;
  /** The Q table, in a grid world. */
  grid?: GridWorldView | undefined;
}

/** Decimals that suit an interval's mean and bounds. */
export function intervalDecimals({ mean, low, high }: Interval): number {
  return decimalsFor([mean, low, high]);
}
