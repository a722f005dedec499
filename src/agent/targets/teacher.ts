import type { TargetConfig } from '../../config/index.js';

export type TeacherTargetConfig = Extract<TargetConfig, { type: 'teacher' }>;

/** The candidates of one state, as a teacher and the policy that learns from it see them; `[k]` each. */
export interface TaughtRow {
  /** Log-probabilities under `pi_ref`. */
  reference: Float32Array;
  advantages: Float32Array;
  /** Log-probabilities under the teacher, renormalised over the candidates. */
  teacher: Float32Array;
}

/**
 * The divergence of `pi(a) ~ pi_ref(a) exp(beta A(a))` from a teacher `p` at one state, in nats, and its gradient by the
 * advantages. `forward` is `KL(p, pi) = sum_a p(a) log(p(a) / pi(a))` with the gradient `beta (pi(a) - p(a))`; `reverse`
 * is `KL(pi, p)`, with `beta pi(a) (log(pi(a) / p(a)) - KL(pi, p))`, since `d pi(b) / d A(a) = beta pi(b) (1[a = b] -
 * pi(a))`. Both gradients sum to 0 over the candidates, so that what `A` is centred by makes no difference. Of on-policy
 * distillation: Agarwal et al. 2023, arXiv 2306.13649.
 * @param slopes where the gradient goes; `[k]`
 */
export function teacherDivergence(
  divergence: TeacherTargetConfig['divergence'],
  row: TaughtRow,
  beta: number,
  slopes: Float32Array,
): number {
  const { teacher } = row;
  const logPolicy = logProbabilities(row, beta);
  const sum = logPolicy.reduce((total, log, a) => {
    const difference = teacher[a] - log;
    return (
      total + (divergence === 'forward' ? Math.exp(teacher[a]) * difference : -Math.exp(log) * difference)
    );
  }, 0);
  logPolicy.forEach((log, a) => {
    const pi = Math.exp(log);
    slopes[a] = beta * (divergence === 'forward' ? pi - Math.exp(teacher[a]) : pi * (log - teacher[a] - sum));
  });
  return sum;
}

/** `log pi(a)` of every candidate under the guided policy; `[k]`. */
function logProbabilities({ reference, advantages }: TaughtRow, beta: number): Float64Array {
  const logits = Float64Array.from(reference, (log, a) => log + beta * advantages[a]);
  const most = logits.reduce((best, logit) => Math.max(best, logit));
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
  return logits.map((logit) => logit - most - Math.log(sum));
}
