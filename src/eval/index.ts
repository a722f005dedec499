export { DISTINCT_COMPLETIONS, type DistinctSample, distinctN, distinctSample, words } from './diversity.js';
export {
  type EvaluateOptions,
  evaluate,
  type PolicyScores,
  type ScoreOptions,
  scorePolicy,
} from './evaluate.js';
export { evaluateWorld } from './evaluateWorld.js';
export { commonPhrases, type Frequency, repeatedCompletions } from './phrases.js';
export { type PlayEpisodesOptions, type PlayedEpisode, playEpisodes } from './playEpisodes.js';
export {
  type ChartOption,
  chartFont,
  decimalsFor,
  drawSvg,
  formatDuration,
  formatFixed,
  formatNumber,
  formatTick,
  Html,
  html,
  labelsInside,
  type PageFrame,
  page,
  pagePalette,
  type ReportData,
  type RunSummary,
  renderCurve,
  renderReport,
  renderWorldReport,
  type WorldReportData,
  type WorldRunSummary,
  whisker,
} from './report/index.js';
export { bestOfN, bootstrapMean, mean, pairedGain, perplexity, winRate } from './statistics.js';
export type {
  BaseResult,
  BaseStep,
  BestOfResult,
  Evaluation,
  Interval,
  SamplePair,
  StepMetrics,
  TunedResult,
  WorldEvaluation,
  WorldResult,
} from './types.js';
