export { checkLargest } from './checkLargest.js';
export { keepLikeliest } from './keepLikeliest.js';
export { type History, type LogitsProcessor, processRows } from './logitsProcessor.js';
export { logitsProcessorOf, type ProcessorOptions } from './logitsProcessorOf.js';
export { checkSamplingOptions, type SamplingOptions } from './options.js';
export { sampling } from './sampling.js';
