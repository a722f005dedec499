export { DISTINCT_COMPLETIONS, type DistinctSample, distinctN, distinctSample, words } from './diversity.js';
export {
  type EvaluateOptions,
  evaluate,
  type PolicyScores,
  type ScoreOptions,
  scorePolicy,
} from './evaluate.js';
export { type ReportData, type RunSummary, renderCurve, renderReport } from './report/index.js';
export { bestOfN, bootstrapMean, mean, pairedGain, perplexity, winRate } from './statistics.js';
export type {
  BaseResult,
  BestOfResult,
  Evaluation,
  Interval,
  SamplePair,
  StepMetrics,
  TunedResult,
} from './types.js';
