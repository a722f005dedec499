import { InputError } from '../../common/index.js';
import { shapeOf } from '../../replay/index.js';
import { candidateAdvantages, weightedRows } from '../head/rows.js';
import { type TeacherTargetConfig, teacherDivergence } from '../targets/teacher.js';
import { candidateIds } from './candidateValues.js';
import { stateInputs } from './inputs.js';
import { forward, type Learning, type LearningMeans } from './learning.js';
import { drawMinibatch, type Minibatch, prioritise } from './minibatch.js';
import { meansOf, type UpdateMeasures, update } from './update.js';

/** A divergence of each state of a minibatch, and the gradient of their mean. */
interface Divergences {
  /** In nats; `[batch]`. */
  each: Float32Array;
  /** By `g(h)`; `[batch, actionSize]`. */
  gradient: Float32Array;
}

/**
 * One step of policy distillation: `g` goes down the divergence of the guided policy, at `policy.beta`, from the teacher
 * at the states that the student came to (Agarwal et al. 2023, arXiv 2306.13649). What the teacher says of a state does
 * not grow old, so minibatches are drawn from the whole replay. There is no value in it: `v` stays as it is.
 * @param followTarget called after each update
 * @throws InputError for a trajectory without the teacher's log-probabilities.
 */
export async function learnTeacher(
  learning: Learning,
  target: TeacherTargetConfig,
  followTarget: () => void,
): Promise<LearningMeans> {
  const measures: UpdateMeasures[] = [];
  for (let i = 0; i < learning.agent.updates; i++) {
    const batch = drawMinibatch(learning);
    const updated = advantageUpdate(learning, batch, await divergences(learning, target, batch));
    await prioritise(learning, batch, updated.error);
    measures.push(updated);
    followTarget();
  }
  const { loss, norm } = await meansOf(learning.tf, measures);
  return { loss, gradNorm: norm };
}

async function divergences(
  learning: Learning,
  { divergence }: TeacherTargetConfig,
  { transitions, weights }: Minibatch,
): Promise<Divergences> {
  const { policy, rows, critics } = learning;
  if (policy.type !== 'guided') throw new Error('a teacher is followed by the guided policy');
  const { k } = shapeOf(transitions[0].trajectory);
  const candidates = candidateIds(transitions);
  const g = await forward(learning, critics[0].g.net, transitions);
  const advantages = candidateAdvantages(g, candidates, k, rows, false);
  const slopes = new Float32Array(advantages.length);
  const each = Float32Array.from(transitions, ({ trajectory: { reference, teacher }, step }, i) => {
    if (!teacher) throw new InputError("an episode without a teacher's log-probabilities");
    const [first, end] = [step * k, (step + 1) * k];
    const row = {
      reference: reference.subarray(first, end),
      advantages: advantages.subarray(i * k, (i + 1) * k),
      teacher: teacher.subarray(first, end),
    };
    return teacherDivergence(divergence, row, policy.beta, slopes.subarray(i * k, (i + 1) * k));
  });
  for (let j = 0; j < slopes.length; j++) {
    slopes[j] *= (weights?.[Math.floor(j / k)] ?? 1) / transitions.length;
  }
  return { each, gradient: weightedRows(slopes, candidates, k, rows) };
}

/** One update of `g` along a gradient by its output. */
function advantageUpdate(
  learning: Learning,
  { transitions }: Minibatch,
  { each, gradient }: Divergences,
): UpdateMeasures {
  const { tf, input, critics } = learning;
  const { g } = critics[0];
  return update(tf, [g], () => {
    const { output, backward } = g.net.run(stateInputs(transitions, input, g.net.inputs));
    const error = tf.tensor1d(each);
    return { loss: tf.mean(error), gradients: [backward(tf.tensor(gradient, output.shape))], error };
  });
}
