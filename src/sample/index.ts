export { spoken } from './answers.js';
export { configuredEnvironment } from './configuredEnvironment.js';
export { type OpeningOptions, openConfiguredLm } from './configuredLm.js';
export { longestEpisode } from './episodes.js';
export { type FilterOptions, filtered, filterRow } from './filters.js';
export {
  type Cell,
  type CellView,
  type GridWorldView,
  isGridWorld,
  viewGridWorld,
} from './gridWorldView.js';
export {
  type CandidateView,
  type Inspection,
  type InspectOptions,
  inspect,
  type StepView,
} from './inspect.js';
export {
  type ActionView,
  type EpisodeView,
  type InspectEpisodeOptions,
  inspectEpisode,
  inspectGridWorld,
  type WorldStepView,
} from './inspectWorld.js';
export { choiceOf, LmPool, type LmPoolOptions } from './lmPool.js';
export type { CompletionOptions } from './options.js';
export { type PlayOptions, play, type ScoredEpisode, type TextTask } from './play.js';
export { type TextPrompt, tokenizePrompts } from './prompts.js';
export {
  openRun,
  readSamplingPolicy,
  type SamplingPolicy,
  type TrainedRun,
  type TrainedTextRun,
  textRunOf,
} from './run.js';
export { DEFAULT_NEW_TOKENS, sampleLm } from './sampleLm.js';
export { type EpisodeOptions, type Sample, type SampleOptions, Sampler } from './sampler.js';
export { type GivenCompletion, givenCompletions, type ScoreTextsOptions, scoreTexts } from './scoreTexts.js';
export { TextStream } from './textStream.js';
export { openWorldHead, type TrainedWorldRun, worldRunOf } from './worldRun.js';
