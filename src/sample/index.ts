export { openConfiguredLm } from './configuredLm.js';
export { type FilterOptions, filtered, filterRow } from './filters.js';
export {
  type CandidateView,
  type Inspection,
  type InspectOptions,
  inspect,
  type StepView,
} from './inspect.js';
export { completionText, type PlayOptions, play, type ScoredEpisode, type TextTask } from './play.js';
export { type TextPrompt, tokenizePrompts } from './prompts.js';
export { openRun, readSamplingPolicy, type SamplingPolicy, type TrainedRun } from './run.js';
export { type EpisodeOptions, type Sample, type SampleOptions, Sampler } from './sampler.js';
export { TextStream } from './textStream.js';
