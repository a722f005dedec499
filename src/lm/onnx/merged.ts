import { InputError } from '../../common/index.js';
import { OnnxGraph } from './graph.js';
import { type OnnxGraphParts, type OnnxModel, type OnnxNode, parseNode } from './model.js';
import { inOrder } from './order.js';
import type { Branching } from './readGraph.js';
import { readBranchedModel } from './readModel.js';
import { encodeNode, withNames } from './write.js';

/** The input that tells a merged decoder whether there is a KV cache. */
const CONDITION = 'use_cache_branch';

/** A merged decoder's two ways, as models of their own; their weights are the same places in the file. */
export interface MergedDecoder {
  /** The way without a KV cache. */
  first: OnnxModel;
  /** The way with one. */
  next: OnnxModel;
}

/**
 * Takes a merged decoder apart, as optimum exports it: an If on `use_cache_branch` whose branches are the decoder with
 * and without a KV cache. Nodes before and behind it, such as Casts, belong to both.
 * @throws InputError naming the node that stands in the way.
 */
export function readMergedDecoder(path: string): MergedDecoder {
  const { model, branchings } = readBranchedModel(path, CONDITION);
  const [branching] = branchings;
  if (branching === undefined || branchings.length > 1) {
    throw new InputError(
      `${path} should have one If on its input ${CONDITION}, and has ${branchings.length}` +
        `${logitsMaker(model)}: take decoder_model.onnx and decoder_with_past_model.onnx, or export it again`,
    );
  }
  return {
    first: withBranch(model, branching, 'else_branch'),
    next: withBranch(model, branching, 'then_branch'),
  };
}

function logitsMaker(model: OnnxModel): string {
  const node = new OnnxGraph(model).producer('logits');
  return node === undefined ? '' : `; its logits come from node '${node.name}' (${node.opType})`;
}

/** The model with an If replaced by one of its branches. */
function withBranch(model: OnnxModel, branching: Branching, name: string): OnnxModel {
  const { node, position, branches } = branching;
  const branch = branches.get(name);
  if (branch === undefined || branch.outputs.length !== node.outputs.length) {
    throw new InputError(
      `${model.path}: node '${node.name}' (If) has no ${name} with its ${node.outputs.length} outputs, so the decoder ` +
        'cannot be taken out of it: export it again',
    );
  }
  const names = newNames(model, node, branch);
  const inner = branch.nodes.map((each) => renamed(model, each, names));
  const outputs = branch.outputs.map((output) => names.get(output.name) ?? output.name);
  const outer = outputs.flatMap((output, i) =>
    output === node.outputs[i] ? [] : [parseNode(encodeNode('Identity', [output], [node.outputs[i]]))],
  );
  return inOrder({
    ...model,
    nodes: [...model.nodes.slice(0, position), ...inner, ...outer, ...model.nodes.slice(position)],
    initializers: [...model.initializers, ...branch.initializers],
    valueInfo: [...model.valueInfo, ...branch.valueInfo.filter((info) => !names.has(info.name))],
  });
}

/** Other names for values of a branch that have the name of another value outside, which ONNX Runtime tells apart. */
function newNames(model: OnnxModel, node: OnnxNode, branch: OnnxGraphParts): Map<string, string> {
  const outside = new Set([...model.nodes.flatMap((each) => each.outputs), ...node.outputs]);
  // An output of the branch may have the name of the If's own, where nothing else has.
  const made = new Set(model.nodes.flatMap((each) => each.outputs));
  const same = branch.outputs.filter(({ name }, i) => name === node.outputs[i] && !made.has(name));
  for (const { name } of same) outside.delete(name);
  const values = branch.nodes.flatMap((each) => each.outputs).filter((value) => value !== '');
  return new Map(values.filter((value) => outside.has(value)).map((value) => [value, `${value}_in_branch`]));
}

function renamed(model: OnnxModel, node: OnnxNode, names: ReadonlyMap<string, string>): OnnxNode {
  if (node.captures.some((value) => names.has(value))) {
    throw new InputError(
      `${model.path}: node '${node.name}' (${node.opType}) reads a value that has the name of another one outside of its ` +
        'branch, so the decoder cannot be taken out: export it again',
    );
  }
  const touched = [...node.inputs, ...node.outputs].some((value) => names.has(value));
  return touched ? parseNode(withNames(node, names)) : node;
}
