export {
  type AgentConfig,
  type CriticConfig,
  critic,
  type ReturnsConfig,
  type TargetConfig,
} from './agentSchema.js';
export { formatBytes } from './bytes.js';
export type { DistillConfig, TeacherSpec } from './distillSchema.js';
export type { TextEnvConfig, WorldConfig } from './envSchema.js';
export { type LmConfig, lmDevices, lmLanguages, type TeacherConfig } from './lmSchema.js';
export { type LoadedConfig, loadConfig } from './load.js';
export type { EpsilonConfig, PolicyConfig } from './policySchema.js';
export { type ConfigRecord, isRecord } from './record.js';
export type { ReplayConfig } from './replaySchema.js';
export { type RewardModelConfig, type RewardModelSettings, rewardModel } from './rewardModelSchema.js';
export { type RewardSpec, rewardSpec } from './rewardSpec.js';
export {
  isTextRun,
  isWorldRun,
  type RunConfig,
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
export { type WatchLimits, watch, watchLimits } from './watchSchema.js';
