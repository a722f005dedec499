import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from './files.js';
import { PROBES } from './tiktoken/probes.js';
import type { Lm } from './types.js';

// zod's own checks of hundreds of thousands of entries would take a second.
const Vocabulary = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null,
);
const Json = z.object({
  added_tokens: z.array(z.object({ id: z.number(), content: z.string() })).nullish(),
  // A list, of a token and its score each, or the tokens with their ids.
  model: z.object({ vocab: z.union([z.array(z.tuple([z.string()], z.unknown())), Vocabulary]) }),
});

/**
 * Whether two models have the same tokens under the same ids, and split texts alike: then the tokens of one can be read by
 * the other. Their chat templates may differ, and so may `vocabSize`, which counts the rows that pad an `lm_head`.
 * @throws InputError when a `tokenizer.json` is no longer what it was.
 */
export function sameTokenizer(a: Lm, b: Lm): boolean {
  if (a.info.directory === b.info.directory) return true;
  return PROBES.every((probe) => sameIds(probe, a, b)) && sameVocabulary(a.info.directory, b.info.directory);
}

function sameIds(text: string, a: Lm, b: Lm): boolean {
  return a.tokenizer.encode(text).join() === b.tokenizer.encode(text).join();
}

function sameVocabulary(a: string, b: string): boolean {
  const [ids, others] = [vocabularyOf(a), vocabularyOf(b)];
  return ids.size === others.size && [...ids].every(([token, id]) => others.get(token) === id);
}

/** The ids of all tokens. */
function vocabularyOf(directory: string): Map<string, unknown> {
  const { added_tokens, model } = readJson(join(directory, 'tokenizer.json'), Json);
  const ids = new Map<string, unknown>(
    Array.isArray(model.vocab) ? model.vocab.map(([token], id) => [token, id]) : Object.entries(model.vocab),
  );
  for (const { id, content } of added_tokens ?? []) ids.set(content, id);
  return ids;
}
