export { type CheckDataOptions, checkData, type TokenCounter } from './check/checkData.js';
export type { DataReport, Duplicates, Leaks, Lengths, Match, Place, Spread } from './check/types.js';
export type { DatasetOptions } from './datasets/datasetFiles.js';
export { loadCompletions } from './loadCompletions.js';
export { loadPrompts } from './loadPrompts.js';
export { type LoadPreferencesOptions, loadPreferences } from './preferences/loadPreferences.js';
export {
  type Pairing,
  type PairingOptions,
  pairCompletions,
  pairLabelled,
} from './preferences/pairCompletions.js';
export { scoresOfRanks } from './preferences/ranks.js';
export { describeSkips } from './preferences/skips.js';
export type {
  PreferenceFormat,
  PreferencePair,
  PreferenceSet,
  ScoredCompletion,
  SkipKind,
  SkippedRow,
} from './preferences/types.js';
export { promptIdentity } from './promptIdentity.js';
export { readText } from './readText.js';
export type { BadRow } from './rows/types.js';
export { type PromptSplit, type SplitOptions, splitPrompts } from './splitPrompts.js';
export type { ChatMessage, PromptRow } from './types.js';
