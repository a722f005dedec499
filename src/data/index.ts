export { loadCompletions, type ScoredCompletion } from './loadCompletions.js';
export { loadPrompts } from './loadPrompts.js';
export { readText } from './readText.js';
export { type PromptSplit, type SplitOptions, splitPrompts } from './splitPrompts.js';
export type { ChatMessage, PromptRow } from './types.js';
