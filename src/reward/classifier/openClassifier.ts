import { AutoTokenizer } from '@huggingface/transformers';
import { InputError, messageOf } from '../../common/index.js';
import { chooseDevice, type DeviceChoice, findClassifierFiles, type OpenLmOptions } from '../../lm/index.js';
import { type ClassifierText, type EncodedText, encodeText } from './encodeText.js';
import { type LoadedModel, loadModel } from './loadModel.js';

export interface OpenClassifierOptions
  extends Pick<OpenLmOptions, 'dtype' | 'revision' | 'onDownload' | 'signal'> {
  device: DeviceChoice;
  /** ONNX Runtime's. */
  threads: number;
  /** Most tokens of a text; default the model's. */
  maxLength?: number | undefined;
  /** Texts that are read at once. */
  batch: number;
}

/** A sequence classifier. */
export interface Classifier {
  /** The directory with its files. */
  directory: string;
  /** Names of its outputs. */
  labels: readonly string[];
  /** What the outputs are, in the words of `config.json`, where that says so. */
  problemType: string | undefined;
  /** Things a user should know. */
  warnings: readonly string[];
  /** The outputs for each text, `[texts][labels]`. A text that comes twice is read once. */
  logits(texts: readonly ClassifierText[]): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/**
 * Opens a sequence classifier, a directory or a hub id, and tries it out.
 * @throws InputError when it is missing, damaged, or no classifier that transformers.js runs.
 */
export async function openClassifier(
  idOrDirectory: string,
  { device, threads, maxLength, batch, ...options }: OpenClassifierOptions,
): Promise<Classifier> {
  const place = { device: await chooseDevice(device), threads };
  const files = await findClassifierFiles(idOrDirectory, options);
  const { directory, modelFile, contextLength, warnings } = files;
  const tokenizer = await loadTokenizer(directory);
  const most = Math.min(contextLength ?? Number.POSITIVE_INFINITY, tokenizer.model_max_length);
  if (maxLength !== undefined && maxLength > most) {
    throw new InputError(`${directory} reads ${most} tokens at most: make maxLength no more`);
  }
  const encode = (text: ClassifierText) => encodeText(tokenizer, text, maxLength ?? most);
  const model = await loadModel(files, { ...place, padding: tokenizer.pad_token_id ?? 0 });
  try {
    const [tried] = await model.run([encode({ text: 'a' })]).catch((error: unknown) => {
      throw new InputError(`${modelFile} is no classifier of texts: ${messageOf(error)}`);
    });
    return {
      directory,
      labels: labelsOf(model, tried.length, directory),
      problemType: model.problemType,
      warnings,
      logits: (texts) => readAll(texts, encode, batch, model.run),
      close: model.close,
    };
  } catch (error) {
    await model.close();
    throw error;
  }
}

async function loadTokenizer(directory: string) {
  try {
    return await AutoTokenizer.from_pretrained(directory, { local_files_only: true });
  } catch (error) {
    const reason = messageOf(error);
    throw new InputError(
      `${directory}: tokenizer.json cannot be used (${reason}): take the one of the model`,
    );
  }
}

function labelsOf({ names }: LoadedModel, outputs: number, directory: string): string[] {
  const named = Object.keys(names).length;
  if (named !== 0 && named !== outputs) {
    throw new InputError(
      `${directory}: config.json names ${named} labels, but the model gives ${outputs} numbers: take the one of the model`,
    );
  }
  return Array.from({ length: outputs }, (_, i) => names[i] ?? `LABEL_${i}`);
}

/** Reads every distinct text once, those of about one length together, so that little is filled up. */
async function readAll(
  texts: readonly ClassifierText[],
  encode: (text: ClassifierText) => EncodedText,
  batch: number,
  run: LoadedModel['run'],
): Promise<Float32Array[]> {
  const keys = texts.map(({ text, pair }) => JSON.stringify([text, pair]));
  const distinct = new Map(keys.map((key, i) => [key, texts[i]]));
  const encoded = Array.from(distinct, ([key, text]) => ({ key, ...encode(text) }));
  encoded.sort((a, b) => a.ids.length - b.ids.length);
  const rows = new Map<string, Float32Array>();
  for (let start = 0; start < encoded.length; start += batch) {
    const some = encoded.slice(start, start + batch);
    for (const [i, row] of (await run(some)).entries()) rows.set(some[i].key, row);
  }
  return keys.flatMap((key) => rows.get(key) ?? []);
}
