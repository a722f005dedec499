import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadRanks, tokensOf } from '../../src/lm/tiktoken/encodings.js';
import { type Merge, mergesOf } from '../../src/lm/tiktoken/merges.js';

const GPT2_SPLIT = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
/** As the files of GPT-4's vocabulary spell it. */
const CL100K_PATTERN = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const CL100K_SPLIT = {
  type: 'Sequence',
  pretokenizers: [
    { type: 'Split', pattern: { Regex: CL100K_PATTERN }, behavior: 'Isolated', invert: false },
    { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
  ],
};

export interface TestTokenizer {
  added_tokens: { id: number; content: string; special: boolean; lstrip?: boolean }[];
  normalizer: object | null;
  pre_tokenizer: object;
  post_processor: object | null;
  decoder: object;
  model: { type: 'BPE'; ignore_merges: boolean; vocab: Record<string, number>; merges: (Merge | string)[] };
}

const parts = new Map<string, { tokens: [string, number][]; merges: Merge[] }>();

/**
 * The `tokenizer.json` of a model with an encoding's vocabulary and merges, as its authors would have written it.
 * @param encoding `gpt2`, `p50k_base` or `cl100k_base`.
 */
export function tokenizerOf(encoding: string): TestTokenizer {
  const ranks = loadRanks(encoding);
  const known = parts.get(encoding) ?? partsOf([...tokensOf(ranks)]);
  parts.set(encoding, known);
  return {
    added_tokens: Object.entries(ranks.special_tokens).map(([content, id]) => ({
      id,
      content,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: encoding === 'cl100k_base' ? CL100K_SPLIT : GPT2_SPLIT,
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      ignore_merges: encoding === 'cl100k_base',
      vocab: Object.fromEntries(known.tokens),
      merges: [...known.merges],
    },
  };
}

/** Writes the files of a tokenizer. */
export function writeTokenizer(directory: string, tokenizer: object, config: object = {}): string {
  const base = { tokenizer_class: 'GPT2Tokenizer', eos_token: '<|endoftext|>' };
  writeFileSync(join(directory, 'tokenizer.json'), JSON.stringify({ version: '1.0', ...tokenizer }));
  writeFileSync(join(directory, 'tokenizer_config.json'), JSON.stringify({ ...base, ...config }));
  return directory;
}

function partsOf(tokens: [string, number][]): { tokens: [string, number][]; merges: Merge[] } {
  const sorted = tokens.sort(([, a], [, b]) => a - b);
  return { tokens: sorted, merges: mergesOf(new Map(sorted)) ?? [] };
}
