import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const nothing = z.literal(['', null]).optional();
const off = z.literal([false, null]).optional();
const byteLevel = z.object({ type: z.literal('ByteLevel'), add_prefix_space: off });
const none = z.union([z.null(), z.object({ type: z.literal('Sequence'), normalizers: z.array(z.never()) })]);
const split = z.object({
  type: z.literal('Split'),
  pattern: z.object({ Regex: z.string() }),
  behavior: z.string(),
  invert: z.boolean(),
});

/** What a byte-level BPE tokenizer's `tokenizer.json` must look like to be compared with OpenAI's encodings. */
const tokenizerFile = z.object({
  added_tokens: z.array(z.object({ id: z.number(), content: z.string() })),
  normalizer: none,
  pre_tokenizer: z.union([
    byteLevel.extend({ use_regex: z.literal([true, null]).optional() }),
    z.object({
      type: z.literal('Sequence'),
      pretokenizers: z.tuple([split, byteLevel.extend({ use_regex: z.literal(false) })]),
    }),
  ]),
  post_processor: z.union([z.null(), z.object({ type: z.literal('ByteLevel') })]),
  model: z.object({
    type: z.literal('BPE'),
    dropout: z.literal([0, null]).optional(),
    continuing_subword_prefix: nothing,
    continuing_subword_suffix: nothing,
    end_of_word_suffix: nothing,
    // zod's own checks of hundreds of thousands of entries would take a second.
    vocab: z.custom<Readonly<Record<string, number>>>(isVocabulary),
    merges: z.custom<readonly (string | readonly [string, string])[]>(isMergeList),
  }),
});

function isVocabulary(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((id) => typeof id === 'number')
  );
}

function isMergeList(value: unknown): boolean {
  const isPair = (merge: unknown) =>
    Array.isArray(merge) && merge.length === 2 && merge.every((part) => typeof part === 'string');
  return Array.isArray(value) && value.every((merge) => typeof merge === 'string' || isPair(merge));
}

/** The words in `tokenizer_config.json` with which transformers.js changes a text before it splits it. */
const tokenizerConfig = z.object({ remove_space: off, do_lowercase_and_remove_accent: off });

export type TokenizerFile = z.output<typeof tokenizerFile>;

/**
 * A model's `tokenizer.json`; undefined unless it is a byte-level BPE that takes its text unchanged, and when it is no longer
 * there.
 */
export function readTokenizerFile(directory: string): TokenizerFile | undefined {
  if (!tokenizerConfig.safeParse(readJson(directory, 'tokenizer_config.json')).success) return undefined;
  return tokenizerFile.safeParse(readJson(directory, 'tokenizer.json')).data;
}

function readJson(directory: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(directory, name), 'utf8'));
  } catch {
    return undefined;
  }
}

/** GPT-2's pattern, which transformers.js uses where the file gives none. */
const GPT2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const SPELLED_OUT = "('s|'S|'t|'T|'re|'rE|'Re|'RE|'ve|'vE|'Ve|'VE|'m|'M|'ll|'lL|'Ll|'LL|'d|'D)";

/**
 * The pattern whose matches are a text's pieces, in js-tiktoken's spelling; undefined where what lies between the matches
 * would be lost.
 */
export function piecePattern({ pre_tokenizer }: TokenizerFile): string | undefined {
  if (pre_tokenizer.type === 'ByteLevel') return GPT2;
  const [{ pattern, behavior, invert }] = pre_tokenizer.pretokenizers;
  if (!invert && behavior !== 'Isolated') return undefined;
  return pattern.Regex.replaceAll(CONTRACTIONS, SPELLED_OUT);
}
