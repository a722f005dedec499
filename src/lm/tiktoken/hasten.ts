import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type EqualEncoding, equalEncoding } from './equalEncoding.js';

type Encode = (text: string) => number[];

/**
 * Where js-tiktoken is the slower one: its own way to join bytes takes time with the square of a piece's length, so texts
 * other than ASCII, and runs of 25 letters, digits, marks or spaces, are left to transformers.js.
 */
const SLOW = /[^\t-\r -~]|[A-Za-z]{25}|\d{25}|[^\sA-Za-z0-9]{25}|\s{25}/;

/**
 * A model's `encode`, which goes over to js-tiktoken once there was much to encode and its ids are proven equal. The ids are
 * the same throughout.
 * @param encode The model's own tokenizer.
 * @param directory Holds `tokenizer.json` and `tokenizer_config.json`.
 * @param enough Characters to encode before js-tiktoken is tried; default as many as `tokenizer.json` has bytes. The proof
 * and the tables take about as long as js-tiktoken then saves on that many more, so for fewer it would cost more.
 */
export function hasten(encode: Encode, directory: string, enough = bytesOf(directory)): Encode {
  let characters = 0;
  let tried = false;
  let equal: EqualEncoding | undefined;
  return (text) => {
    if (!tried && characters >= enough) {
      tried = true;
      equal = equalEncoding(directory, encode);
    }
    characters += text.length;
    return equal && isFaster(text, equal) ? equal.encode(text) : encode(text);
  };
}

function isFaster(text: string, equal: EqualEncoding): boolean {
  return !SLOW.test(text) && equal.covers(text);
}

function bytesOf(directory: string): number {
  return statSync(join(directory, 'tokenizer.json')).size;
}
