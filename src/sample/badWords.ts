import { InputError } from '../common/index.js';
import { type Lm, textTokens } from '../lm/index.js';

// Some tokenizers put a space before a text's first word, so a word that stands without one is looked for behind this.
const BREAK = '\n';

/**
 * The token sequences that a text may be written as: at the beginning of a text, after a space, and without one. The
 * same letters cut into other tokens are not among them.
 * @throws InputError for a blank text.
 */
export function badWordsIds(lm: Lm, texts: readonly string[]): number[][] {
  return texts.flatMap((text) => {
    if (text.trim() === '')
      throw new InputError(`the bad word '${text}' is blank: give a text, or leave it out`);
    const broken = textTokens(lm, BREAK + text);
    const spellings = [textTokens(lm, text), textTokens(lm, ` ${text}`)];
    const lead = textTokens(lm, BREAK);
    if (lead.every((token, i) => token === broken[i])) spellings.push(broken.slice(lead.length));
    const distinct = new Map(spellings.map((ids) => [ids.join(), ids]));
    return [...distinct.values()].filter((ids) => ids.length > 0);
  });
}
