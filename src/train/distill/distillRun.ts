import { InputError } from '../../common/index.js';
import { type DistillConfig, isTextRun, type RunConfig, type TextRunConfig } from '../../config/index.js';

/** A run on text with a teacher. */
export type DistillRunConfig = TextRunConfig & { distill: DistillConfig };

/** The configuration as one of a distillation. @throws InputError when it says nothing of one. */
export function distillRunOf(config: RunConfig): DistillRunConfig {
  if (!isTextRun(config)) throw new InputError(`env.type ${config.env.type} generates no text to distil`);
  if (isDistillRun(config)) return config;
  throw new InputError(
    "the configuration has no 'distill' section: give --method and --teacher, or see configs/distill-*.yaml",
  );
}

function isDistillRun(config: TextRunConfig): config is DistillRunConfig {
  return config.distill !== undefined;
}
