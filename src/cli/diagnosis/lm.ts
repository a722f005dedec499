import { type LmHeadInfo, type OpenLmOptions, openLm } from '../../lm/index.js';
import { colour } from '../colour.js';

/** What `tokenq doctor --lm --json` prints. */
export interface LmDiagnosis {
  modelFile: string;
  head: LmHeadInfo;
  hiddenSize: number;
  vocabSize: number;
  layerCount: number;
  contextLength: number;
  eosTokenIds: readonly number[];
  chatTemplate: boolean;
  warnings: readonly string[];
}

/** Opens a model and reads its `lm_head`. @throws InputError when it cannot be used, or the rows do not give the logits. */
export async function diagnoseLm(
  idOrDirectory: string,
  options: Pick<OpenLmOptions, 'dtype' | 'onDownload'>,
): Promise<LmDiagnosis> {
  // The timing that chooses a number of threads says nothing about the model.
  const lm = await openLm(idOrDirectory, { threads: 1, ...options });
  try {
    await lm.headRows();
    const { modelFile, head, hiddenSize, vocabSize, layerCount, contextLength, eosTokenIds, warnings } =
      lm.info;
    return {
      modelFile,
      head,
      hiddenSize,
      vocabSize,
      layerCount,
      contextLength,
      eosTokenIds,
      chatTemplate: lm.tokenizer.hasChatTemplate,
      warnings,
    };
  } finally {
    await lm.close();
  }
}

/** A diagnosis for people. */
export function renderLm(diagnosis: LmDiagnosis): string {
  const { head, layerCount, hiddenSize, vocabSize, contextLength, eosTokenIds } = diagnosis;
  const behind = [...(head.bias ? ['a bias'] : []), ...head.after];
  const ends = eosTokenIds.length === 0 ? 'none' : eosTokenIds.join(', ');
  const lines = [
    ['Model', diagnosis.modelFile],
    ['lm_head', `${colour.bold(head.op)} at node ${head.node}`],
    ['Weights', `${head.weights}, ${head.tied ? '' : 'not '}tied to the token embeddings`],
    ['Behind it', behind.length === 0 ? 'nothing' : behind.join(', ')],
    ['Probe', `${colour.green('passed')}: hidden state times row gives the lm_head's product`],
    ['Sizes', `hidden state ${hiddenSize}, vocabulary ${vocabSize}, layers ${layerCount}`],
    [
      'Tokens',
      `context ${contextLength}, ends with ${ends}, chat template: ${diagnosis.chatTemplate ? 'yes' : 'no'}`,
    ],
    ...diagnosis.warnings.map((warning) => [colour.yellow('Warning'.padEnd(14)), warning]),
  ];
  return lines.map(([name, text]) => `${name.padEnd(14)} ${text}\n`).join('');
}
