import { type LmDevice, type LmHeadInfo, type LmInfo, type OpenLmOptions, openLm } from '../../lm/index.js';
import { colour } from '../colour.js';

/** What `tokenq doctor --lm --json` prints. */
export interface LmDiagnosis {
  modelFile: string;
  kind: LmInfo['kind'];
  device: LmDevice;
  head: LmHeadInfo;
  hiddenSize: number;
  vocabSize: number;
  layerCount: number;
  contextLength: number;
  /** Tokens of a source; null for a decoder. */
  sourceLength: number | null;
  eosTokenIds: readonly number[];
  chatTemplate: boolean;
  warnings: readonly string[];
}

/** Opens a model, which checks its `lm_head`. @throws InputError when it cannot be used, or the rows do not give the logits. */
export async function diagnoseLm(
  idOrDirectory: string,
  options: Pick<OpenLmOptions, 'dtype' | 'device' | 'onDownload'>,
): Promise<LmDiagnosis> {
  // The timing that chooses a number of threads says nothing about the model.
  const lm = await openLm(idOrDirectory, { threads: 1, ...options });
  try {
    const { info, tokenizer } = lm;
    return {
      modelFile: info.modelFile,
      kind: info.kind,
      device: info.device,
      head: info.head,
      hiddenSize: info.hiddenSize,
      vocabSize: info.vocabSize,
      layerCount: info.layerCount,
      contextLength: info.contextLength,
      sourceLength: info.sourceLength ?? null,
      eosTokenIds: info.eosTokenIds,
      chatTemplate: tokenizer.hasChatTemplate,
      warnings: info.warnings,
    };
  } finally {
    await lm.close();
  }
}

/** A diagnosis for people. */
export function renderLm(diagnosis: LmDiagnosis): string {
  const { head, layerCount, hiddenSize, vocabSize, contextLength, sourceLength, eosTokenIds } = diagnosis;
  const lengths =
    sourceLength === null ? `context ${contextLength}` : `source ${sourceLength}, target ${contextLength}`;
  const behind = [...(head.bias ? ['a bias'] : []), ...head.after];
  const ends = eosTokenIds.length === 0 ? 'none' : eosTokenIds.join(', ');
  const lines = [
    ['Model', diagnosis.modelFile],
    ['Kind', diagnosis.kind],
    ['Runs on', diagnosis.device],
    ['lm_head', `${colour.bold(head.op)} at node ${head.node}`],
    ['Weights', `${head.weights}, ${head.tied ? '' : 'not '}tied to the token embeddings`],
    ['Behind it', behind.length === 0 ? 'nothing' : behind.join(', ')],
    ['Probe', `${colour.green('passed')}: hidden state times row gives the lm_head's product`],
    ['Sizes', `hidden state ${hiddenSize}, vocabulary ${vocabSize}, layers ${layerCount}`],
    ['Tokens', `${lengths}, ends with ${ends}, chat template: ${diagnosis.chatTemplate ? 'yes' : 'no'}`],
    ...diagnosis.warnings.map((warning) => [colour.yellow('Warning'.padEnd(14)), warning]),
  ];
  return lines.map(([name, text]) => `${name.padEnd(14)} ${text}\n`).join('');
}
