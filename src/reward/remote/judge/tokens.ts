import { InputError } from '../../../common/index.js';
import { type ChatMessage, countTokens } from '../../../lm/index.js';

/** For models that js-tiktoken does not know: that of OpenAI's newer ones. */
const USUAL_ENCODING = 'o200k_base';
/** js-tiktoken takes time with the square of a run's length, so texts with a longer one are counted in pieces. */
const LONGEST_RUN = 80;
const LONG_RUN = new RegExp(`\\S{${LONGEST_RUN}}|\\s{${LONGEST_RUN}}`);
const PIECE = new RegExp(`.{1,${LONGEST_RUN}}`, 'gsu');

/** Counts the tokens of what a model reads and writes. */
export interface TokenCounter {
  text(text: string): number;
  messages(messages: readonly ChatMessage[]): number;
}

/** A counter for a model: exact for those of OpenAI but for texts without blanks, of which it counts a few more. */
export function tokenCounter(model: string): TokenCounter {
  let encoding: string | undefined;
  const text = (text: string) => {
    encoding ??= encodingFor(model);
    let tokens = 0;
    for (const piece of LONG_RUN.test(text) ? (text.match(PIECE) ?? []) : [text])
      tokens += countTokens(piece, encoding);
    return tokens;
  };
  return {
    text,
    messages: (messages) =>
      messages.reduce(
        (sum, { content }) => sum + text(content),
        countTokens(
          messages.map(({ role }) => ({ role, content: '' })),
          USUAL_ENCODING,
        ),
      ),
  };
}

function encodingFor(model: string): string {
  try {
    countTokens('', model);
    return model;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return USUAL_ENCODING;
  }
}
