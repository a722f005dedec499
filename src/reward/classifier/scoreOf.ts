import { InputError } from '../../common/index.js';
import { suggestion } from '../../config/index.js';
import type { Classifier } from './openClassifier.js';

/** What is made of a classifier's outputs. */
export interface OutputParameters {
  label?: string | number | undefined;
  output?: 'probability' | 'logit' | 'log-odds' | undefined;
}

/**
 * Makes a classifier's outputs for a text one score. Outputs whose probabilities add up to 1 take the softmax, those of a
 * model with `problem_type: multi_label_classification`, or with a single output, the logistic function.
 * @throws InputError where the label is not clear, and for probabilities of a regression.
 */
export function scoreOf(
  { labels, problemType, directory }: Pick<Classifier, 'labels' | 'problemType' | 'directory'>,
  { label, output }: OutputParameters,
): { label: string; score: (logits: Float32Array) => number } {
  const at = placeOf(labels, label, directory);
  const numbers = problemType === 'regression' && labels.length > 1;
  const kind = output ?? (numbers || labels.length === 1 ? 'logit' : 'probability');
  if (numbers && kind !== 'logit') {
    throw new InputError(
      `the 'classifier' reward: ${directory} gives numbers without a ${kind}: take output: logit`,
    );
  }
  const alone = labels.length === 1 || problemType === 'multi_label_classification';
  const logOdds = (logits: Float32Array) => (alone ? logits[at] : logits[at] - logSumOfOthers(logits, at));
  const score = {
    logit: (logits: Float32Array) => logits[at],
    'log-odds': logOdds,
    probability: (logits: Float32Array) => 1 / (1 + Math.exp(-logOdds(logits))),
  }[kind];
  return { label: labels[at], score };
}

function placeOf(labels: readonly string[], label: string | number | undefined, directory: string): number {
  const listed = labels.map((name, i) => `${i} ${name}`).join(', ');
  if (label === undefined) {
    if (labels.length === 1) return 0;
    throw new InputError(
      `the 'classifier' reward: name the 'label' that ${directory} is to score: ${listed}`,
    );
  }
  const at = typeof label === 'number' ? label : labels.indexOf(label);
  if (at >= 0 && at < labels.length) return at;
  const there = typeof label === 'string' ? suggestion(label, labels) : `: it has ${listed}`;
  throw new InputError(`the 'classifier' reward: ${directory} has no label ${label}${there}`);
}

/** `log sum exp` of all logits but one. */
function logSumOfOthers(logits: Float32Array, at: number): number {
  const others = logits.filter((_, i) => i !== at);
  const largest = Math.max(...others);
  return largest + Math.log(others.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
}
