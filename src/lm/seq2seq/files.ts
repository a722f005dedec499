import { basename, join } from 'node:path';
import { InputError } from '../../common/index.js';
import { checkDtype, DTYPE_SUFFIXES, graphFiles } from '../files.js';

/** The names of the graphs that an encoder-decoder model is exported in, but for the suffix of the dtype. */
const STEMS = {
  encoder: 'encoder_model',
  merged: 'decoder_model_merged',
  first: 'decoder_model',
  next: 'decoder_with_past_model',
} as const;

type Part = keyof typeof STEMS;

/** Which graphs make a model; the first that is there is taken. */
const LAYOUTS: readonly (readonly Part[])[] = [
  ['encoder', 'merged'],
  ['encoder', 'first', 'next'],
];

/** The files of an encoder-decoder model: a merged decoder, or one for the first token and one for the next. */
export type Seq2SeqFiles =
  | { encoder: string; merged: string }
  | { encoder: string; first: string; next: string };

/** The file name of a graph, such as `encoder_model_q4.onnx`. */
function fileName(part: Part, dtype: string): string {
  return `${STEMS[part]}${DTYPE_SUFFIXES[dtype]}.onnx`;
}

/** The lists of file names that make a model of a dtype, the best first. */
export function seq2SeqLayouts(dtype: string): string[][] {
  return LAYOUTS.map((parts) => parts.map((part) => fileName(part, dtype)));
}

/** Whether a file is a merged decoder, by its name. */
export function isMerged(path: string): boolean {
  return basename(path).startsWith(STEMS.merged);
}

/** Whether a directory holds the graphs of an encoder-decoder model, and no other. @throws InputError when it holds none. */
export function holdsEncoder(directory: string): boolean {
  const files = graphFiles(directory);
  const has = (stem: string) =>
    Object.values(DTYPE_SUFFIXES).some((end) => files.includes(`${stem}${end}.onnx`));
  return has(STEMS.encoder) && !has('model');
}

/**
 * The files to run, all of one dtype.
 * @param dtype The user's choice, or undefined for the best there.
 * @throws InputError when one of them is missing.
 */
export function findSeq2SeqFiles(directory: string, dtype: string | undefined): Seq2SeqFiles {
  const folder = join(directory, 'onnx');
  const files = graphFiles(directory);
  const isThere = (name: string) => files.includes(name);
  const whole = Object.keys(DTYPE_SUFFIXES).filter((type) =>
    seq2SeqLayouts(type).some((names) => names.every(isThere)),
  );
  const chosen = dtype === undefined || dtype === 'auto' ? whole[0] : checkDtype(dtype);
  if (chosen === undefined || !whole.includes(chosen)) {
    throw new InputError(missingMessage(folder, files, chosen, whole));
  }
  const path = (part: Part) => join(folder, fileName(part, chosen));
  const encoder = path('encoder');
  return isThere(fileName('merged', chosen))
    ? { encoder, merged: path('merged') }
    : { encoder, first: path('first'), next: path('next') };
}

function missingMessage(
  folder: string,
  files: readonly string[],
  chosen: string | undefined,
  whole: readonly string[],
): string {
  const dtype = chosen ?? nearest(files);
  const missing = missingName(files, dtype);
  const remedy =
    whole.length > 0
      ? `choose a dtype that is there (${whole.join(', ')})`
      : 'download it, or export the model with the task text2text-generation-with-past';
  return `${folder} has no ${missing}, which the encoder-decoder model needs beside its other graphs: ${remedy}`;
}

/** The dtype of which there is something. */
function nearest(files: readonly string[]): string {
  const types = Object.keys(DTYPE_SUFFIXES);
  const parts: readonly Part[] = ['merged', 'next', 'first', 'encoder'];
  return types.find((type) => parts.some((part) => files.includes(fileName(part, type)))) ?? types[0];
}

function missingName(files: readonly string[], dtype: string): string {
  const has = (part: Part) => files.includes(fileName(part, dtype));
  if (!has('encoder')) return fileName('encoder', dtype);
  if (has('first')) return fileName('next', dtype);
  return fileName(has('next') ? 'first' : 'merged', dtype);
}
