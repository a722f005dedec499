import { InputError, messageOf } from '../common/index.js';
import type { HubTokenizer } from './chat.js';
import type { Languages } from './types.js';

/** What transformers.js gives the tokenizers of models that translate between many languages (NLLB, M2M100, mBART). */
type Multilingual = HubTokenizer & {
  language_codes: readonly string[];
  _build_translation_inputs(
    text: string,
    options: Record<string, unknown>,
    generation: { src_lang?: string; tgt_lang: string; forced_bos_token_id?: number },
  ): unknown;
};

/** How many codes an error names. */
const NAMED = 5;

/**
 * Tells a tokenizer the language of its texts, which it marks from then on, as transformers.js's translation pipeline does.
 * @returns The token that a target in the asked language begins with; undefined where no language is asked for.
 * @throws InputError for a code that the tokenizer does not know, a source without a target, and where it knows no languages.
 */
export function chooseLanguages(
  inner: HubTokenizer,
  { source, target }: Languages,
  directory: string,
): number | undefined {
  if (source === undefined && target === undefined) return undefined;
  if (!isMultilingual(inner)) {
    throw new InputError(
      `the model in ${directory} has one language alone: leave out lm.languages, or take one such as NLLB, M2M100 or mBART`,
    );
  }
  if (target === undefined) {
    throw new InputError(
      `lm.languages names no target, such as ${someOf(inner.language_codes)}: the source alone does not tell`,
    );
  }
  const generation: Parameters<Multilingual['_build_translation_inputs']>[2] = {
    tgt_lang: target,
    ...(source === undefined ? {} : { src_lang: source }),
  };
  for (const code of [source ?? target, target]) {
    if (inner.language_codes.includes(code)) continue;
    throw new InputError(
      `the model in ${directory} knows no language '${code}': it has ${someOf(inner.language_codes)}`,
    );
  }
  try {
    inner._build_translation_inputs('', {}, generation);
  } catch (error) {
    throw new InputError(`the tokenizer in ${directory} cannot be told its languages (${messageOf(error)})`);
  }
  return generation.forced_bos_token_id;
}

/** The codes of the languages that a tokenizer knows; none of one that knows no languages. */
export function languagesOf(inner: HubTokenizer): readonly string[] {
  return isMultilingual(inner) ? inner.language_codes : [];
}

/** Some codes as examples. */
export function someOf(codes: readonly string[]): string {
  return `${codes.slice(0, NAMED).join(', ')}${codes.length > NAMED ? ', ...' : ''}`;
}

function isMultilingual(inner: HubTokenizer): inner is Multilingual {
  return (
    '_build_translation_inputs' in inner && 'language_codes' in inner && Array.isArray(inner.language_codes)
  );
}
