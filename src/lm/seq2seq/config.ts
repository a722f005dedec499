import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { InputError } from '../../common/index.js';
import { readJson } from '../files.js';

const Token = z.number().int().nonnegative().nullish();
const Json = z.object({
  decoder_start_token_id: Token,
  bos_token_id: Token,
  forced_bos_token_id: Token,
  bad_words_ids: z.array(z.array(z.number().int())).nullish(),
  suppress_tokens: z.array(z.number().int()).nullish(),
});

/** What an encoder-decoder model's JSON files say about its targets. */
export interface TargetConfig {
  /** What the decoder begins with: the start token, and the one that must follow it in some models. */
  opening: readonly number[];
  /** Tokens that are never generated, such as Marian's padding. */
  banned: readonly number[];
  /** Banned sequences of several tokens, which are not left out. */
  bannedSequences: number;
}

/**
 * Reads how generation begins and what it leaves out, as transformers does: `generation_config.json` before
 * `config.json`.
 * @param languageToken What targets begin with instead of what the files force.
 * @throws InputError when neither names the first token.
 */
export function readTargetConfig(directory: string, languageToken?: number): TargetConfig {
  const config = readJson(join(directory, 'config.json'), Json);
  const file = join(directory, 'generation_config.json');
  const generation = existsSync(file) ? readJson(file, Json) : {};
  const start =
    generation.decoder_start_token_id ??
    config.decoder_start_token_id ??
    generation.bos_token_id ??
    config.bos_token_id ??
    undefined;
  if (start === undefined) {
    throw new InputError(
      `${directory}: neither config.json nor generation_config.json has decoder_start_token_id: add the model's own`,
    );
  }
  const forced = languageToken ?? generation.forced_bos_token_id ?? config.forced_bos_token_id ?? undefined;
  const words = generation.bad_words_ids ?? config.bad_words_ids ?? [];
  const suppressed = generation.suppress_tokens ?? config.suppress_tokens ?? [];
  const single = words.filter((word) => word.length === 1).flat();
  return {
    opening: forced === undefined ? [start] : [start, forced],
    banned: [...new Set([...single, ...suppressed])].filter((token) => token >= 0),
    bannedSequences: words.filter((word) => word.length > 1).length,
  };
}
