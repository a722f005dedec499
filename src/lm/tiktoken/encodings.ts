import { createRequire } from 'node:module';
import { z } from 'zod';
import { byteLevelToken } from './byteLevel.js';

const require = createRequire(import.meta.url);

/** OpenAI's encodings that a model's own tokenizer may equal, and how many tokens each has besides the special ones. */
export const ENCODINGS: ReadonlyMap<string, number> = new Map([
  ['gpt2', 50_256],
  ['p50k_base', 50_280],
  ['cl100k_base', 100_256],
  ['o200k_base', 199_998],
]);

const ranksFile = z.object({
  pat_str: z.string(),
  bpe_ranks: z.string(),
  special_tokens: z.record(z.string(), z.number()),
});

/** An encoding as js-tiktoken holds it. */
export type RanksFile = z.output<typeof ranksFile>;

/** Reads an encoding's table, half a megabyte to two: from the package, when it is needed. */
export function loadRanks(encoding: string): RanksFile {
  return ranksFile.parse(require(`js-tiktoken/ranks/${encoding}`));
}

/** The tokens of an encoding with their ids, special tokens left out, as a byte-level vocabulary writes them. */
export function* tokensOf({ bpe_ranks }: RanksFile): Generator<[token: string, id: number]> {
  for (const line of bpe_ranks.split('\n')) {
    // Each line: a mark, the id of its first token, and tokens in base64.
    const [, first, ...tokens] = line.split(' ');
    for (const [i, token] of tokens.entries()) {
      yield [byteLevelToken(Buffer.from(token, 'base64')), Number(first) + i];
    }
  }
}
