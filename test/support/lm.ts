import { fileURLToPath } from 'node:url';
import { type Lm, openLm } from '../../src/lm/index.js';

/** The bundled language model's directory. */
export const STORIES = fileURLToPath(new URL('../../data/models/stories', import.meta.url));

/** Opens the bundled language model on one thread, so that its numbers repeat. */
export function openStories(): Promise<Lm> {
  return openLm(STORIES, { threads: 1 });
}
