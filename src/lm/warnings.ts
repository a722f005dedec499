import type { OnnxModel } from './onnx/model.js';
import type { LmHeadInfo } from './types.js';

// Operators that round activations by the range of the whole batch.
const BATCH_QUANTIZERS = ['DynamicQuantizeLinear', 'DynamicQuantizeMatMul', 'DynamicQuantizeLSTM'];

// Operators that bend the logits: what is added behind them is not what was added before them.
const CAPS = ['Tanh', 'Clip', 'Min', 'Max'];
const SCALES = ['Mul', 'Div'];

/** Whether what a graph gives for a row depends on the rest of its batch. */
export function roundsByBatch({ nodes }: OnnxModel): boolean {
  return nodes.some((node) => BATCH_QUANTIZERS.includes(node.opType));
}

/** What a user should know about a model, whose graphs are these. */
export function warningsOf(
  graphs: readonly OnnxModel[],
  head: LmHeadInfo,
  contextLength: number | undefined,
  assumedContext: number,
): string[] {
  const warnings: string[] = [];
  if (graphs.some(roundsByBatch)) {
    warnings.push(
      "dynamic int8: a row's logits depend on the rest of the batch; train and evaluate on fp32 or q4 (dtype)",
    );
  }
  if (head.after.some((opType) => CAPS.includes(opType))) {
    warnings.push('the graph caps its logits (softcap), so steering through the lm_head is only approximate');
  } else if (head.after.some((opType) => SCALES.includes(opType))) {
    warnings.push('the graph scales its logits after the lm_head, which rescales beta');
  }
  if (contextLength === undefined) {
    warnings.push(`config.json names no context length: ${assumedContext} tokens are assumed`);
  }
  return warnings;
}
