import type { DistillConfig, TeacherConfig, TextRunConfig } from '../../config/index.js';
import { sameTokenizer } from '../../lm/index.js';
import { choiceOf } from '../../sample/index.js';
import type { Stage } from './stage.js';
import { perplexityOf } from './teacher.js';

type PolicyConfig = Extract<DistillConfig, { method: 'policy' }>;

/**
 * The configuration of a run that follows a teacher: where the two models share a tokenizer, by its next-token
 * distributions; else by its log-probabilities of whole completions, as a reward.
 */
export async function policyConfig(
  config: TextRunConfig,
  { teacher: spec }: PolicyConfig,
  stage: Stage,
): Promise<TextRunConfig> {
  const { type: _, ...teacher } = spec;
  const reward = perplexityOf(spec);
  if (await sharesTokenizer(teacher, stage)) {
    return {
      ...config,
      teacher,
      reward,
      agent: { ...config.agent, target: { type: 'teacher', divergence: 'forward' } },
    };
  }
  stage.observer.note?.(
    `${teacher.id} has another tokenizer than ${config.lm.id}, so its log-probability of a whole completion is the reward`,
  );
  return { ...config, reward };
}

async function sharesTokenizer(teacher: TeacherConfig, { pool }: Stage): Promise<boolean> {
  const student = await pool.open(pool.own);
  try {
    const larger = await pool.open(choiceOf(teacher));
    try {
      return sameTokenizer(student, larger);
    } finally {
      await larger.close();
    }
  } finally {
    await student.close();
  }
}
