export { type LoadedConfig, loadConfig } from './load.js';
export { isRecord } from './record.js';
export {
  type AgentConfig,
  type EpsilonConfig,
  type PolicyConfig,
  type ReturnsConfig,
  type RewardSpec,
  type RunConfig,
  rewardSpec,
  runConfig,
  type TargetConfig,
} from './schema.js';
export { suggestion, validate } from './validate.js';
