import { Tiktoken } from 'js-tiktoken/lite';
import { holdsAnyOf } from './addedTokens.js';
import { standsForOtherBytes } from './byteLevel.js';
import { ENCODINGS, loadRanks, tokensOf } from './encodings.js';
import { type Merge, mergesAgree } from './merges.js';
import { PROBES } from './probes.js';
import { piecePattern, readTokenizerFile, type TokenizerFile } from './tokenizerFile.js';

type Encode = (text: string) => number[];

/** `\s` in a model's pattern means Unicode's white space to transformers.js, and JavaScript's to js-tiktoken. */
const UNLIKE_SPACES = /[\u0085\ufeff]/;

/** An encoding that gives a model's ids. */
export interface EqualEncoding {
  /** `gpt2`, `p50k_base`, `cl100k_base` or `o200k_base`. */
  name: string;
  /** Token ids of a text that the proof covers. */
  encode: Encode;
  /**
   * Whether the proof covers a text: one without tokens that the model's tokenizer reads wherever they stand, such as special
   * tokens, and without the two characters that are white space to transformers.js or to js-tiktoken alone.
   */
  covers(text: string): boolean;
}

/**
 * The encoding of OpenAI's that a model's tokenizer is proven to equal: the same bytes for every id, merges that lead to
 * the same tokens, the same pattern, nothing done to the text before or to the ids after, and the same ids for texts of
 * many kinds. Takes about 0.5 s for `gpt2` and 3 s for `o200k_base`.
 * @param directory Holds `tokenizer.json` and `tokenizer_config.json`.
 * @param encode The model's own tokenizer.
 * @returns Undefined when a part of the proof fails.
 */
export function equalEncoding(directory: string, encode: Encode): EqualEncoding | undefined {
  const file = readTokenizerFile(directory);
  if (file === undefined) return undefined;
  const addedTokens = file.added_tokens.map(({ content }) => content);
  // transformers.js looks pieces up among the added tokens too: such a one could be met by chance.
  if (addedTokens.some(standsForOtherBytes)) return undefined;
  const vocabulary = vocabularyWithout(addedTokens, file);
  const [name] = [...ENCODINGS].find(([, size]) => size === vocabulary.size) ?? [];
  if (name === undefined) return undefined;
  const ranks = loadRanks(name);
  if (piecePattern(file) !== ranks.pat_str) return undefined;
  for (const [token, id] of tokensOf(ranks)) if (vocabulary.get(token) !== id) return undefined;
  if (!mergesAgree(mergesIn(file), vocabulary)) return undefined;
  const tiktoken = new Tiktoken(ranks);
  const holdsAddedToken = holdsAnyOf(addedTokens);
  const equal: EqualEncoding = {
    name,
    encode: (text) => tiktoken.encode(text, [], []),
    covers: (text) => !UNLIKE_SPACES.test(text) && !holdsAddedToken(text),
  };
  return PROBES.every((probe) => sameIds(probe, encode, equal)) ? equal : undefined;
}

function vocabularyWithout(addedTokens: readonly string[], { model }: TokenizerFile): Map<string, number> {
  const vocabulary = new Map(Object.entries(model.vocab));
  for (const token of addedTokens) vocabulary.delete(token);
  return vocabulary;
}

function* mergesIn({ model }: TokenizerFile): Generator<Merge> {
  for (const merge of model.merges) {
    if (typeof merge === 'string') {
      const [left, right = ''] = merge.split(' ', 2);
      yield [left, right];
    } else {
      yield merge;
    }
  }
}

function sameIds(text: string, encode: Encode, equal: EqualEncoding): boolean {
  if (!equal.covers(text)) return true;
  const ids = encode(text);
  const others = equal.encode(text);
  return ids.length === others.length && ids.every((id, i) => id === others[i]);
}
