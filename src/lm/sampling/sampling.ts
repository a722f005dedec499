import { type RandomStream, randomStream } from '../../common/index.js';
import { argmax } from '../topk.js';
import type { NextTokens } from '../types.js';
import { checkLargest } from './checkLargest.js';
import { fullSampler } from './fullSampler.js';
import { processRows } from './logitsProcessor.js';
import { logitsProcessorOf } from './logitsProcessorOf.js';
import { checkSamplingOptions, type SamplingOptions } from './options.js';
import type { TokenSampler } from './tokenSampler.js';
import { topSampler } from './topSampler.js';

/**
 * Samples next tokens, for `Lm.generate`. In transformers' order: repetition penalty, n-grams, bad words, temperature,
 * top-k, top-p, min-p. One generation at a time.
 * @param key Numbers that name a sequence's random numbers, such as those of its prompt and its sample where prompts
 *   are generated in several calls; default: the sequence's own number. Batching does not change them.
 * @throws InputError for a value that makes no sense, and while it generates where no token is left to choose.
 */
export function sampling(
  options: SamplingOptions = {},
  key: (sequence: number) => readonly number[] = (sequence) => [sequence],
): NextTokens {
  checkSamplingOptions(options);
  const { seed = 0 } = options;
  const process = logitsProcessorOf(options);
  const sample = tokenSamplerOf(options);
  const randoms = new Map<number, RandomStream>();
  const randomOf = (sequence: number, position: number) => {
    const known = position === 0 ? undefined : randoms.get(sequence);
    const random = known ?? randomStream(seed, 'sampling', ...key(sequence));
    randoms.set(sequence, random);
    return random;
  };
  return (step) => {
    if (process) processRows(step, process);
    const { sequences, positions, logits } = step;
    const vocab = logits.length / sequences.length;
    return sequences.map((sequence, row) =>
      sample(logits.subarray(row * vocab, (row + 1) * vocab), randomOf(sequence, positions[row]).next()),
    );
  };
}

/** What draws a token from processed logits. */
export function tokenSamplerOf({
  temperature = 1,
  topK = 0,
  topP = 1,
  minP = 0,
}: SamplingOptions): TokenSampler {
  if (temperature === 0) return likeliest;
  return topK === 0 ? fullSampler(temperature, topP, minP) : topSampler(temperature, topK, topP, minP);
}

function likeliest(row: Float32Array): number {
  const best = argmax(row, 0, row.length);
  checkLargest(row[best]);
  return best;
}
