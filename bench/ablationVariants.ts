/** One way to learn, compared with its group's reference. */
export interface Variant {
  name: string;
  /** On top of its group's. */
  overrides: readonly string[];
}

/** Variants that differ from their group's first one, the reference, in one thing each. */
export interface VariantGroup {
  title: string;
  overrides: readonly string[];
  /** CPU seconds of a run, about. */
  seconds: number;
  variants: readonly [Variant, ...Variant[]];
}

const noValueNet = ['agent.valueUpdates=0'];
const noGroupBaseline = ['agent.groupBaseline=false'];
// Whole mappings: a later one replaces an earlier one, with the parameters of another type.
const lambda = (value: number) => [`agent.returns={type: lambda, lambda: ${value}}`];
const nStep = (n: number) => [`agent.returns={type: n-step, n: ${n}}`];
const wholeEpisodes = ['agent.returns={type: episode}'];
const targetEvery = (updates: number) => [`agent.targetNetwork={type: hard, every: ${updates}}`];
const quantile = ['agent.critic={type: quantile}'];
const hlGauss = ['agent.critic={type: hl-gauss, min: -1.5, max: 1.5}'];
const twin = ['agent.twin=true'];
const prioritised = ['replay={type: prioritised, capacity: 32768}'];
const target = (type: string) => [`agent.target={type: ${type}}`];
const variant = (name: string, ...overrides: readonly string[][]): Variant => ({
  name,
  overrides: overrides.flat(),
});

/** The value and the advantage fitted apart, on the newest episodes. */
const valueGroup: VariantGroup = {
  title: 'The `value` target',
  overrides: ['agent.groupBaseline=true'],
  seconds: 35,
  variants: [
    variant('reference'),
    variant('no value net', noValueNet),
    variant('no group baseline', noGroupBaseline),
    variant('centred by the mean', ['agent.head.centring=mean']),
    variant('lambda 0.95', lambda(0.95), targetEvery(20)),
    variant('5-step', nStep(5), targetEvery(20)),
    variant('lambda 0.95 + twin', lambda(0.95), targetEvery(20), twin),
    variant('quantile critic', quantile),
    variant('HL-Gauss critic', hlGauss),
    variant('replay of two batches', ['replay.capacity=8192']),
    variant('tau 0', ['agent.target.tau=0']),
    variant('all layers', ['lm.layers=[1,2,3,-1]']),
  ],
};

/** Q learned jointly from a bootstrapped target; the policy that acts is the default one here too. */
const qGroup: VariantGroup = {
  title: 'The targets that bootstrap from Q',
  // Half as long: such a run costs twice as much.
  overrides: [...target('double'), ...nStep(5), 'replay.capacity=32768', 'train.steps=12'],
  seconds: 40,
  variants: [
    variant('double'),
    variant('dqn', target('dqn')),
    variant('soft', target('soft')),
    variant('double without dueling', ['agent.head.dueling=false']),
    variant('double + twin', twin),
    variant('double + prioritised', prioritised),
    variant('double + whole episodes', wholeEpisodes),
    variant('double + Polyak 0.02', ['agent.targetNetwork={type: polyak, rate: 0.02}']),
    variant('all together', twin, prioritised, quantile),
  ],
};

export const groups: readonly VariantGroup[] = [valueGroup, qGroup];
