export {
  type AgentConfig,
  type CriticConfig,
  critic,
  type ReturnsConfig,
  type TargetConfig,
} from './agentSchema.js';
export { formatBytes } from './bytes.js';
export type { TextEnvConfig, WorldConfig } from './envSchema.js';
export { type LoadedConfig, loadConfig } from './load.js';
export type { EpsilonConfig, PolicyConfig } from './policySchema.js';
export { isRecord } from './record.js';
export type { ReplayConfig } from './replaySchema.js';
export {
  isTextRun,
  isWorldRun,
  type LmConfig,
  lmDevices,
  type RewardSpec,
  type RunConfig,
  rewardSpec,
  runConfig,
  type TextRunConfig,
  type WorldRunConfig,
} from './schema.js';
export {
  isModulePath,
  loadUserModule,
  oneLine,
  type UserModule,
  type UserModuleKind,
} from './userModule.js';
export { suggestion, validate } from './validate.js';
