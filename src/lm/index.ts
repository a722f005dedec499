export { type ClassifierFiles, findClassifierFiles } from './classifierFiles.js';
export { completionTokens, type EncodedPrompt, textTokens } from './completionTokens.js';
export { chooseDevice, tryDevices } from './device/choose.js';
export type { DeviceChoice, DeviceTrial, LmDevice } from './device/types.js';
export { greedy } from './greedy.js';
export { logSumExp } from './logSumExp.js';
export { openLm } from './open.js';
export { executionProviders } from './providers.js';
export { sameTokenizer } from './sameTokenizer.js';
export {
  checkLargest,
  checkSamplingOptions,
  type History,
  keepLikeliest,
  type LogitsProcessor,
  logitsProcessorOf,
  type ProcessorOptions,
  processRows,
  type SamplingOptions,
  sampling,
} from './sampling/index.js';
export { countTokens, type TokenAmounts, tokenCost } from './tiktoken/countTokens.js';
export { argmax, selectTopK } from './topk.js';
export type {
  ChatMessage,
  DecodeStep,
  DownloadProgress,
  Generated,
  GenerateOptions,
  GivenSequence,
  Languages,
  Lm,
  LmHeadInfo,
  LmInfo,
  NextTokens,
  OpenLmOptions,
  Reading,
  ReadOptions,
  Tokenizer,
  TokenRows,
} from './types.js';
