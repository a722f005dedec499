import type { OnnxModel } from './model.js';

/** Names that the graph does not use yet, so that a model that was edited before can be edited again. */
export function uniqueNames(model: OnnxModel): (base: string) => string {
  const taken = new Set<string>();
  for (const node of model.nodes) for (const value of [node.name, ...node.outputs]) taken.add(value);
  for (const value of [...model.inputs, ...model.initializers]) taken.add(value.name);
  return (base) => {
    let name = base;
    for (let i = 2; taken.has(name); i++) name = `${base}_${i}`;
    taken.add(name);
    return name;
  };
}
