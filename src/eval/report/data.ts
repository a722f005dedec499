import type { Evaluation, SamplePair, StepMetrics, TunedResult } from '../types.js';

/** What was run, in words a reader knows from the configuration. */
export interface RunSummary {
  lm: string;
  reward: string;
  prompts: string;
  head: string;
  policy: string;
  steps: number;
  /** Tokens generated for training. */
  generatedTokens: number;
  /** Seconds that the training took. */
  seconds: number;
  seed: number;
}

/** What every report shows. What is missing or empty is left out of the page. */
export interface PageData {
  title: string;
  /** When the report was made, as ISO 8601. */
  createdAt: string;
  /** The lines of `metrics.jsonl`, in order. */
  steps: readonly StepMetrics[];
  /** Warnings of the run, shown before those that the figures themselves give cause for. */
  warnings?: readonly string[] | undefined;
  /** The resolved configuration as YAML, shown folded. */
  config?: string | undefined;
}

/** Everything the report of a run on text shows. */
export interface ReportData extends PageData {
  summary: RunSummary;
  evaluation?: Evaluation | undefined;
  /** The calibrated sampling beta: the headline shows its results. By default, the first beta evaluated. */
  beta?: number | undefined;
  /** Largest KL per token, in nats, that was allowed for the sampling beta. */
  klBudget?: number | undefined;
  /** Pairs at the headline's beta; the first twenty are shown. */
  samples?: readonly SamplePair[] | undefined;
}

/** The tuned result that the headline is about: at the calibrated beta, else the first one. */
export function headlineResult({ evaluation, beta }: ReportData): TunedResult | undefined {
  if (!evaluation) return undefined;
  return evaluation.tuned.find((result) => result.beta === beta) ?? evaluation.tuned[0];
}
