/** A distinct prompt and the sequences that continue it, as indices into the list of sequences. */
export interface PromptGroup {
  prompt: readonly number[];
  sequences: readonly number[];
}

/** Groups equal prompts, so that each distinct one is prefilled once. */
export function groupPrompts(prompts: readonly (readonly number[])[], samples: number): PromptGroup[] {
  const groups = new Map<string, { prompt: readonly number[]; sequences: number[] }>();
  prompts.forEach((prompt, index) => {
    const key = prompt.join(' ');
    const group = groups.get(key) ?? { prompt, sequences: [] };
    groups.set(key, group);
    for (let sample = 0; sample < samples; sample++) group.sequences.push(index * samples + sample);
  });
  return [...groups.values()];
}

/**
 * Packs groups into batches of at most `maxBatch` sequences, prompts of like length together for little
 * padding. A group that is larger by itself is a batch of its own.
 * @param padding Whether prompts of unequal length may share a batch.
 */
export function packBatches(
  groups: readonly PromptGroup[],
  maxBatch: number,
  padding: boolean,
): PromptGroup[][] {
  const ordered = [...groups].sort((a, b) => a.prompt.length - b.prompt.length);
  const batches: PromptGroup[][] = [];
  let room = 0;
  for (const group of ordered) {
    const batch = batches[batches.length - 1];
    const fits = batch !== undefined && group.sequences.length <= room;
    if (fits && (padding || batch[0].prompt.length === group.prompt.length)) {
      batch.push(group);
      room -= group.sequences.length;
    } else {
      batches.push([group]);
      room = maxBatch - group.sequences.length;
    }
  }
  return batches;
}

/** A running sequence. */
export interface Row {
  sequence: number;
  /** Index of its prompt's group in the batch. */
  group: number;
  /** Tokens in its prompt. */
  promptLength: number;
  /** The new tokens. */
  tokens: number[];
  finished: boolean;
}

/** The rows of a batch, in the order of the sequences, cut into parts of at most `maxBatch`. */
export function batchRows(batch: readonly PromptGroup[], maxBatch: number): Row[][] {
  const rows = batch.flatMap(({ prompt, sequences }, group) =>
    sequences.map((sequence) => ({
      sequence,
      group,
      promptLength: prompt.length,
      tokens: [],
      finished: false,
    })),
  );
  rows.sort((a, b) => a.sequence - b.sequence);
  const parts: Row[][] = [];
  for (let start = 0; start < rows.length; start += maxBatch) {
    parts.push(rows.slice(start, start + maxBatch));
  }
  return parts;
}
