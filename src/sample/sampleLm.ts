import { stopAt } from '../env/index.js';
import { type DecodeStep, type Lm, type NextTokens, sampling } from '../lm/index.js';
import { completionText, conversation } from './answers.js';
import { type CompletionOptions, samplingOptions } from './options.js';
import { type TextPrompt, textPrompt } from './prompts.js';
import type { Sample } from './sampler.js';
import { TextStream } from './textStream.js';

/** New tokens of a completion by default. */
export const DEFAULT_NEW_TOKENS = 32;

/**
 * Completes every prompt `n` times with a language model as it is; those of a prompt side by side.
 * @throws InputError when a prompt is empty or does not fit the context, or for an option that makes no sense.
 */
export async function sampleLm(
  lm: Lm,
  texts: readonly (string | TextPrompt)[],
  options: CompletionOptions = {},
): Promise<Sample[]> {
  const { n = 1, maxNewTokens = DEFAULT_NEW_TOKENS, stop: stopTexts = [], onText, signal } = options;
  const prompts = texts.map((text, id) =>
    typeof text === 'string' ? textPrompt(lm, text, id, maxNewTokens) : text,
  );
  const promptOf = (sequence: number) => prompts[Math.floor(sequence / n)];
  const chosen = samplingOptions(lm, options);
  const nextTokens = sampling(chosen, (sequence) => [promptOf(sequence).id, sequence % n]);
  const streams = prompts.flatMap(() => Array.from({ length: n }, () => new TextStream(lm, stopTexts)));
  const onToken =
    onText && ((sequence: number, token: number) => onText(streams[sequence].push(token), sequence));
  const stop = stopAt(stopTexts, lm);
  const generated = await lm.generate(
    prompts.map(({ tokens }) => tokens),
    {
      samples: n,
      maxNewTokens,
      nextTokens: onToken ? told(nextTokens, onToken) : nextTokens,
      ...(stop ? { stop } : {}),
      ...(signal ? { signal } : {}),
    },
  );
  streams.forEach((stream, sequence) => {
    onText?.(stream.end(), sequence);
  });
  return generated.map(({ tokens, finishReason }, sequence) => {
    const prompt = promptOf(sequence);
    const completion = completionText(lm, tokens, stopTexts);
    const messages = prompt.messages && conversation(prompt, [completion]);
    return {
      prompt: prompt.text,
      completion,
      ...(messages ? { messages } : {}),
      tokens: tokens.length,
      finishReason,
    };
  });
}

/** Chooses the same, and tells of every token. */
function told(nextTokens: NextTokens, onToken: (sequence: number, token: number) => void): NextTokens {
  return async (step: DecodeStep) => {
    const tokens = await nextTokens(step);
    step.sequences.forEach((sequence, row) => {
      onToken(sequence, tokens[row]);
    });
    return tokens;
  };
}
