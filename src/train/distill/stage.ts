import type { LmPool } from '../../sample/index.js';
import type { Watch } from '../observer.js';

/** What every stage of a distillation works with: how it is watched and stopped, and the language models. */
export interface Stage extends Watch {
  pool: LmPool;
}
