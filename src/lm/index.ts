export { greedy } from './greedy.js';
export { logSumExp } from './logSumExp.js';
export { openLm } from './open.js';
export { executionProviders } from './providers.js';
export { argmax, selectTopK } from './topk.js';
export type {
  ChatMessage,
  DecodeStep,
  DownloadProgress,
  Generated,
  GenerateOptions,
  Lm,
  LmHeadInfo,
  LmInfo,
  NextTokens,
  OpenLmOptions,
  Tokenizer,
} from './types.js';
