import type { AutoTokenizer } from '@huggingface/transformers';

type Tokenizer = Awaited<ReturnType<typeof AutoTokenizer.from_pretrained>>;

/** What a classifier reads: one text, or two segments. */
export interface ClassifierText {
  /** Where it is too long, its end is cut off; its beginning with `keepEnd`, and before a second segment. */
  text: string;
  keepEnd?: boolean;
  /** The second segment. Its end is cut off where it is too long by itself. */
  pair?: string;
}

/** Tokens of a text, with the special ones, and the segment of each. */
export interface EncodedText {
  ids: number[];
  segments: number[];
}

/**
 * Encodes a text for a classifier. transformers.js cuts the special tokens at the end off with what is too long, and knows
 * neither which end nor which segment to cut, so that is done here.
 * @param longest most tokens, special ones counted
 */
export function encodeText(tokenizer: Tokenizer, given: ClassifierText, longest: number): EncodedText {
  const { text, keepEnd = given.pair !== undefined } = given;
  // As the Python library does, which takes an empty second segment for none.
  const pair = given.pair === '' ? undefined : given.pair;
  const { input_ids: ids, token_type_ids: segments } = tokenizer(text, {
    ...(pair === undefined ? {} : { text_pair: pair }),
    return_tensor: false,
    return_token_type_ids: true,
  });
  const encoded = { ids, segments: segments ?? ids.map(() => 0) };
  const excess = ids.length - longest;
  if (excess <= 0) return encoded;
  const plain = (some: string) => tokenizer.encode(some, { add_special_tokens: false });
  const first = plain(text);
  const start = placeOf(first, ids, 0);
  if (pair === undefined) {
    return without(encoded, keepEnd ? start : start + first.length - excess, excess);
  }
  const second = plain(pair);
  const end = placeOf(second, ids, start + first.length) + second.length;
  const ofFirst = Math.min(excess, first.length);
  const shorter = without(encoded, end - (excess - ofFirst), excess - ofFirst);
  return without(shorter, start, ofFirst);
}

/** Where some tokens stand among others. */
function placeOf(some: readonly number[], ids: readonly number[], from: number): number {
  let at = from;
  while (at + some.length < ids.length && !some.every((id, i) => id === ids[at + i])) at++;
  return at;
}

function without({ ids, segments }: EncodedText, start: number, count: number): EncodedText {
  return { ids: ids.toSpliced(start, count), segments: segments.toSpliced(start, count) };
}
