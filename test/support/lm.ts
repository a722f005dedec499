import { fileURLToPath } from 'node:url';
import { type Lm, openLm } from '../../src/lm/index.js';

/** The bundled language model's directory. */
export const STORIES = fileURLToPath(new URL('../../data/models/stories', import.meta.url));

/** Opens the bundled language model on one thread, so that its numbers repeat. */
export function openStories(): Promise<Lm> {
  return openLm(STORIES, { threads: 1 });
}

/** All rows of a model's `lm_head`; `[vocab, hidden]`. */
export async function allRows(lm: Lm): Promise<Float32Array> {
  const rows = lm.headRows();
  await rows.load(Array.from({ length: lm.info.vocabSize }, (_, token) => token));
  return rows.data;
}
