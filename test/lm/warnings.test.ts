import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OnnxGraph } from '../../src/lm/onnx/graph.js';
import { findLmHead } from '../../src/lm/onnx/head.js';
import { readModel } from '../../src/lm/onnx/readModel.js';
import { warningsOf } from '../../src/lm/warnings.js';
import { copyModel } from '../fixtures/lm/models.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();

const CAPPED = 'the graph caps its logits (softcap), so steering through the lm_head is only approximate';
const SCALED = 'the graph scales its logits after the lm_head, which rescales beta';

it.each([
  [[], []],
  [['Where'], []],
  [['Mul'], [SCALED]],
  [['Div'], [SCALED]],
  [['Div', 'Tanh', 'Mul'], [CAPPED]],
  [['Clip'], [CAPPED]],
  [['Min', 'Max'], [CAPPED]],
])('what follows the lm_head is warned of: %j', (after, warnings) => {
  const graph = new OnnxGraph(readModel(join(copyModel('matmul', directory()), 'onnx', 'model.onnx')));
  expect(warningsOf([graph.model], { ...findLmHead(graph).info, after }, 64, 2048)).toEqual(warnings);
});
