import type { Batch } from './engine/batch.js';
import type { OnnxGraph } from './onnx/graph.js';
import type { LmHead } from './onnx/head.js';
import type { StateLayers } from './onnx/layers.js';
import type { Weights } from './onnx/weights.js';
import type { Probe } from './probe.js';
import type { ReadingModel } from './reading/readingModel.js';
import type { LmInfo } from './types.js';

/** The lengths of a model whose config names none; the shortest in common use. */
export const DEFAULT_CONTEXT = 2048;

/** A model, loaded and tried out. */
export interface OpenedModel extends Pick<LmInfo, 'kind' | 'contextLength' | 'sourceLength' | 'warnings'> {
  /** The graph that gives the logits of every new token. */
  graph: OnnxGraph;
  head: LmHead;
  weights: Weights;
  state: StateLayers;
  probe: Probe;
  threads: number;
  /** Makes an empty batch. */
  openBatch(longest: number): Batch;
  reading: ReadingModel;
  release(): Promise<void>;
}
