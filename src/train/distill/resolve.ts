import { extname } from 'node:path';
import { InputError } from '../../common/index.js';
import { loadConfig, type RunConfig } from '../../config/index.js';
import { builtInRewards } from '../../reward/index.js';
import {
  changedKey,
  configToResume,
  flagsOf,
  frozenPart,
  RESUMABLE,
  type TrainingRequest,
} from '../resolve.js';
import { keptOfReward } from '../resumableReward.js';
import { type DistillRunConfig, distillRunOf } from './distillRun.js';
import { DISTILL_CONFIG } from './files.js';

/** What the command line says about a distillation. */
export interface DistillRequest extends Omit<TrainingRequest, 'reward'> {
  method?: string;
  /** A language model's directory or hub id, a file of rated completions or pairs, or a reward. */
  teacher?: string;
}

/** What each method needs where the configuration says nothing: what a file holds is all kept, and learned slowly. */
const presets = {
  preferences: {},
  policy: {},
  offline: {
    agent: { target: { type: 'ilql' }, returns: { type: 'episode' }, lr: 1e-4 },
    replay: { capacity: 262144 },
  },
} as const;

/**
 * The configuration of a distillation: the method's own defaults, under the file, `--set`, and the shorthand flags.
 * @throws InputError for a bad configuration, or when a resumed one would change under way.
 */
export function resolveDistilling(request: DistillRequest): DistillRunConfig {
  const { configFile, overrides, method, teacher, resume } = request;
  const own = {
    ...(method === undefined ? {} : { method }),
    ...(teacher === undefined ? {} : { teacher: teacherOf(teacher) }),
  };
  const flags = { ...flagsOf(request), ...(Object.keys(own).length === 0 ? {} : { distill: own }) };
  if (resume !== undefined) return resolveResumed(request, resume, flags);
  const chosen = distillRunOf(loadConfig(configFile, overrides, flags).config).distill.method;
  return distillRunOf(loadConfig(configFile, overrides, flags, presets[chosen]).config);
}

function resolveResumed(
  { configFile, overrides }: DistillRequest,
  resume: string,
  flags: Record<string, unknown>,
): DistillRunConfig {
  const file = configToResume(resume, DISTILL_CONFIG, configFile);
  const before = distillRunOf(loadConfig(file).config);
  const after = distillRunOf(loadConfig(file, overrides, flags).config);
  const changed =
    changedKey(kept(before), kept(after)) ?? changedKey(keptOfTeacher(before), keptOfTeacher(after));
  if (changed === undefined) return after;
  throw new InputError(
    `what is resumed keeps its '${changed}': only train.steps, lm.device, ${RESUMABLE.join(', ')} and the teacher's budget ` +
      'may change; for the rest choose another --out',
  );
}

function kept(config: RunConfig): Record<string, unknown> {
  const { distill: _, ...rest } = frozenPart(config);
  return rest;
}

/** Who judges at the end may change, and how a teacher is asked. */
function keptOfTeacher({ distill }: DistillRunConfig): Record<string, unknown> {
  const { teacher, judgedSamples: _, judge: __, ...rest } = distill;
  return { ...rest, teacher: keptOfReward(teacher) };
}

function teacherOf(name: string): Record<string, string> {
  if (['.jsonl', '.csv', '.parquet'].includes(extname(name).toLowerCase()))
    return { type: 'file', path: name };
  const isModule = /\.[cm]?[jt]s$/.test(name);
  if (builtInRewards.includes(name) || isModule) return { type: name };
  return { type: 'lm', id: name };
}
