import { basename } from 'node:path';
import { AutoModelForSequenceClassification, Tensor } from '@huggingface/transformers';
import { z } from 'zod';
import { InputError, messageOf } from '../../common/index.js';
import type { ClassifierFiles, LmDevice } from '../../lm/index.js';
import type { EncodedText } from './encodeText.js';

const Config = z.object({
  problem_type: z.string().nullish(),
  id2label: z.record(z.string(), z.string()).nullish(),
});

const Outputs = z.object({ logits: z.instanceof(Tensor).optional() });

/** A classifier's graph, loaded, and what `config.json` says of it. */
export interface LoadedModel {
  /** Names of the outputs by their numbers; empty where there are none. */
  names: Readonly<Record<string, string>>;
  problemType: string | undefined;
  /** The outputs for each text of a batch, `[texts][labels]`. @throws Error where the graph gives no such thing. */
  run(texts: readonly EncodedText[]): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/**
 * Loads a classifier's graph.
 * @param padding the token that fills up the shorter texts of a batch
 * @throws InputError when transformers.js cannot run it.
 */
export async function loadModel(
  { directory, modelFile }: ClassifierFiles,
  { device, threads, padding }: { device: LmDevice; threads: number; padding: number },
): Promise<LoadedModel> {
  const model = await AutoModelForSequenceClassification.from_pretrained(directory, {
    local_files_only: true,
    device,
    // The file has been chosen, and its whole name is given: no dtype is to add to it.
    dtype: 'fp32',
    model_file_name: basename(modelFile, '.onnx'),
    session_options: {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      // Spinning threads slow each other down wherever cores are shared.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    },
  }).catch((error: unknown) => {
    throw new InputError(refusal(directory, modelFile, error));
  });
  const { id2label, problem_type } = Config.parse(model.config);
  return {
    names: id2label ?? {},
    problemType: problem_type ?? undefined,
    run: async (texts) => rowsOf(await model(padded(texts, padding)), texts.length),
    close: async () => {
      await model.dispose();
    },
  };
}

function refusal(directory: string, modelFile: string, error: unknown): string {
  const message = messageOf(error).split('\n')[0].trim();
  const [, type] = /^Unsupported model type: (.*)$/.exec(message) ?? [];
  if (type === undefined) return `${modelFile} cannot be run: ${message}; download or export it again`;
  return `${directory} holds a model of the type ${type}, which transformers.js runs as no classifier: take another`;
}

/** The inputs of a batch, filled up on the right; `[texts, longest]` each. */
function padded(texts: readonly EncodedText[], padding: number) {
  const length = Math.max(...texts.map(({ ids }) => ids.length));
  const tensor = (rows: readonly (readonly number[])[], filler: number) => {
    const data = new BigInt64Array(rows.length * length).fill(BigInt(filler));
    for (const [i, row] of rows.entries()) data.set(row.map(BigInt), i * length);
    return new Tensor('int64', data, [rows.length, length]);
  };
  return {
    input_ids: tensor(
      texts.map(({ ids }) => ids),
      padding,
    ),
    attention_mask: tensor(
      texts.map(({ ids }) => ids.map(() => 1)),
      0,
    ),
    token_type_ids: tensor(
      texts.map(({ segments }) => segments),
      0,
    ),
  };
}

/** The rows of the logits. */
function rowsOf(outputs: unknown, count: number): Float32Array[] {
  const { logits } = Outputs.parse(outputs);
  if (logits === undefined) throw new Error('it gives no logits');
  if (logits.dims.length !== 2 || logits.dims[0] !== count) {
    throw new Error(`its logits have the shape [${logits.dims.join(', ')}], not one row for each text`);
  }
  const data = Float32Array.from(logits.to('float32').data, Number);
  const width = logits.dims[1];
  return Array.from({ length: count }, (_, i) => data.subarray(i * width, (i + 1) * width));
}
