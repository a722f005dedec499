/** The files of a distillation's directory, beside the student's `run`. */
export const DISTILL_CONFIG = 'distill.yaml';
export const COMPLETIONS = 'completions.jsonl';
export const RATINGS = 'ratings.jsonl';
export const PAIRS = 'pairs.jsonl';
export const SCORED = 'scored.jsonl';
export const REWARD_MODEL = 'reward';
/** The answers of a teacher elsewhere, so that none is paid for twice. */
export const ANSWERS = 'answers.jsonl';
