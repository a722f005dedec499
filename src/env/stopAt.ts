import type { GenerateOptions, Lm } from '../lm/index.js';

/** Ends a sequence once its text holds one of the texts, for `Lm.generate`; undefined without any. */
export function stopAt(texts: readonly string[], lm: Lm): GenerateOptions['stop'] {
  if (texts.length === 0) return undefined;
  return (_sequence, tokens) => {
    const text = lm.tokenizer.decode(tokens);
    return texts.some((stop) => text.includes(stop));
  };
}
