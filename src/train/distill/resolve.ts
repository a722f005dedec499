import { extname } from 'node:path';
import { InputError } from '../../common/index.js';
import { type ConfigRecord, isRecord, loadConfig, type RunConfig } from '../../config/index.js';
import { builtInRewards } from '../../reward/index.js';
import {
  changedKey,
  configToResume,
  flagsOf,
  frozenPart,
  MAY_CHANGE,
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

/** What a method needs where the configuration says nothing: what a file holds is all kept, and learned slowly. */
const presets = new Map<unknown, ConfigRecord>([
  [
    'offline',
    {
      agent: { target: { type: 'ilql' }, returns: { type: 'episode' }, lr: 1e-4 },
      replay: { capacity: 262144 },
    },
  ],
]);

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
  return distillRunOf(loadConfig(configFile, overrides, flags, presetOf).config);
}

/** The defaults of the method that is asked for. */
function presetOf(given: unknown): ConfigRecord {
  const distill = isRecord(given) ? given['distill'] : undefined;
  return (isRecord(distill) ? presets.get(distill['method']) : undefined) ?? {};
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
    `what is resumed keeps its '${changed}': only ${MAY_CHANGE} and the teacher's budget ` +
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
