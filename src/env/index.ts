export { type Candidates, candidatesOf } from './candidates.js';
export { klDivergence, type RolloutOptions, rollout } from './rollout.js';
export type { Actor, StateBatch, TextEpisode } from './types.js';
