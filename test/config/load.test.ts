import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError, resolveBundled } from '../../src/common/index.js';
import { isTextRun, isWorldRun, loadConfig } from '../../src/config/index.js';

let folder = '';
let before = '';
beforeAll(() => {
  before = process.cwd();
  folder = mkdtempSync(join(tmpdir(), 'tokenq-config-'));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

function write(name: string, contents: string): string {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), contents);
  return name;
}

function refusal(...parameters: Parameters<typeof loadConfig>): string {
  try {
    loadConfig(...parameters);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const text = error instanceof Error ? error.message : '';
    expect(text).not.toContain('\n');
    return text;
  }
  throw new Error('it was taken');
}

describe('a configuration file', () => {
  it('may be left out', () => {
    const { config, path, name } = loadConfig();
    expect(config.policy).toEqual({ type: 'guided', beta: 10 });
    expect(config.agent.lr).toBe(1e-3);
    expect([path, name]).toEqual([undefined, 'default']);
  });

  it('is YAML', () => {
    const file = write('configs/mine.yaml', 'seed: 7\nagent:\n  lr: 1e-4 # slow\n  target: {type: soft}\n');
    const { config, path, name } = loadConfig(file);
    expect([config.seed, config.agent.lr, config.agent.target]).toEqual([7, 1e-4, { type: 'soft' }]);
    expect([path, name]).toEqual(['configs/mine.yaml', 'mine']);
  });

  it('is on text unless another environment is named, whose parameters are its own', () => {
    expect(isTextRun(loadConfig().config)).toBe(true);
    const { config } = loadConfig(undefined, ['env.type=gridworld', 'env.size=4', 'env.copies=2']);
    expect(config.env).toEqual({ type: 'gridworld', size: 4, copies: 2 });
    expect(isWorldRun(config)).toBe(true);
    expect(() => loadConfig(undefined, ['env.size=4'])).toThrow("unknown key 'env.size'; known: type");
    expect(() => loadConfig(undefined, ['env.topK=many'])).toThrow(
      "'env.topK': invalid input: expected number",
    );
    expect(() => loadConfig(undefined, ['env.type=cartpole', 'env.copies=0'])).toThrow("'env.copies'");
  });

  it('takes its prompts from scored completions where it has no others', () => {
    const prompts = (...overrides: string[]) => loadConfig(undefined, overrides).config.data.prompts;
    expect(prompts()).toBe('data/prompts/stories.txt');
    expect(prompts('data.completions=walks.jsonl')).toBe('walks.jsonl');
    expect(prompts('data.completions=walks.jsonl', 'data.prompts=other.txt')).toBe('other.txt');
  });

  it('reads sizes with units', () => {
    const memory = (size: string) => loadConfig(undefined, [`replay.memory=${size}`]).config.replay.memory;
    expect([memory('512MB'), memory('1.5 GiB'), memory('1000')]).toEqual([512e6, 1.5 * 2 ** 30, 1000]);
    for (const wrong of ['12 XB', '-1MB', '0', 'many']) {
      expect(() => memory(wrong)).toThrow("'replay.memory': expected a size such as 512MB or 2GB");
    }
  });

  it('finds the module of an environment beside the file', () => {
    write('my-env.ts', '');
    const { config } = loadConfig(write('own.yaml', 'env: {type: ./my-env.ts}'));
    expect(existsSync(config.env.type)).toBe(true);
  });

  it('refuses an exponential schedule that falls to 0', () => {
    const file = 'policy: {type: epsilon-greedy, epsilon: {end: 0, schedule: {type: exponential}}}';
    expect(refusal(write('epsilon.yaml', file))).toContain(
      "'policy.epsilon.end': an exponential schedule goes",
    );
  });

  it('replays uniformly unless it says otherwise', () => {
    const replay = (contents: string) => loadConfig(write('replay.yaml', contents)).config.replay;
    const states = 'float32';
    expect(loadConfig().config.replay).toEqual({ type: 'uniform', capacity: 4096, states });
    expect(replay('replay: {capacity: 99}')).toEqual({ type: 'uniform', capacity: 99, states });
    expect(replay('replay: {type: prioritised, alpha: 0.7}')).toEqual({
      type: 'prioritised',
      capacity: 4096,
      states,
      alpha: 0.7,
      betaStart: 0.4,
      epsilon: 1e-3,
    });
    expect(refusal(write('replay.yaml', 'replay: {alpha: 0.7}'))).toContain('alpha');
  });

  it('is JSON', () => {
    expect(loadConfig(write('mine.json', '\uFEFF{"train": {"mode": "sync"}}')).config.train.mode).toBe(
      'sync',
    );
  });

  it('may be empty, and keys without a value keep their defaults', () => {
    expect(loadConfig(write('empty.yaml', '# nothing\n')).config).toEqual(loadConfig().config);
    expect(loadConfig(write('empty.json', '')).config).toEqual(loadConfig().config);
    expect(loadConfig(write('null.yaml', 'seed:\ntrain:\n  steps:\n')).config).toEqual(loadConfig().config);
  });

  it('may leave the usual type out', () => {
    const { config } = loadConfig(write('type.yaml', 'policy: {beta: 5}\nagent: {target: {tau: 0.1}}'));
    expect(config.policy).toEqual({ type: 'guided', beta: 5 });
    expect(config.agent.target).toEqual({ type: 'value', tau: 0.1 });
  });

  it.each([
    ['a.yaml', 'seed: 1\nagent:\n\tlr: 1\n', /^a\.yaml:3: not valid YAML: /],
    ['b.yaml', 'seed: 1\nseed: 2\n', /^b\.yaml:2: not valid YAML: .*unique/],
    ['c.yaml', 'seed: *x\n', /^c\.yaml(:1)?: not valid YAML: /],
    ['d.json', '{\n "seed": 1,\n}', /^d\.json:3: not valid JSON: /],
    ['e.json', '{\n "seed": 1\n', /^e\.json:3: not valid JSON: /],
    ['f.yaml', '- seed\n', /^f\.yaml: a configuration is a mapping of keys/],
    ['g.yaml', 'just text', /^g\.yaml: a configuration is a mapping of keys/],
    ['h.toml', 'seed = 1', /^h\.toml: a configuration is a \.yaml or \.json file$/],
    ['i.yaml', 'agent:\n  lrr: 1\n', /^i\.yaml: unknown key 'agent\.lrr'; did you mean 'lr'\?$/],
    ['j.yaml', 'agent:\n  target: {type: dqn, tau: 1}\n', /^j\.yaml: unknown key 'agent\.target\.tau'/],
    ['k.yaml', 'policy: {betta: 3}', /^k\.yaml: unknown key 'policy\.betta'; did you mean 'beta'\?$/],
    [
      'l.yaml',
      'agent: {target: {type: dqm}}',
      /^l\.yaml: 'agent\.target\.type': unknown type 'dqm'; did you mean 'dqn'\?$/,
    ],
    ['m.yaml', 'train: {steps: 0}', /^m\.yaml: 'train\.steps': .*\(it is 0\)$/],
    ['n.yaml', 'reward: 3', /^n\.yaml: 'reward': expected a name, the path of a module, or \{type/],
  ])('%s is refused: %j', (name, contents, message) => {
    expect(refusal(write(name, contents))).toMatch(message);
  });

  it('exists, or the nearest is named', () => {
    write('configs/quickstart.yaml', 'seed: 1');
    write('configs/mine.yaml', 'seed: 1');
    expect(refusal('configs/quikstart.yaml')).toBe(
      "no such configuration: configs/quikstart.yaml; did you mean 'configs/quickstart.yaml'?",
    );
    expect(refusal('zzz.yaml')).toContain('known: configs/mine.yaml, configs/quickstart.yaml');
  });

  it('is no directory', () => {
    expect(refusal('configs')).toBe('configs is a directory: name a .yaml or .json file');
  });
});

describe('--set', () => {
  const set = (...overrides: string[]) => loadConfig(undefined, overrides).config;

  it('reads values as YAML', () => {
    const config = set('agent.lr=1e-4', 'eval.bestOf=[2,4]', 'train.mode=sync', 'agent.groupBaseline=true');
    expect([config.agent.lr, config.eval.bestOf, config.train.mode]).toEqual([1e-4, [2, 4], 'sync']);
    expect(config.agent.groupBaseline).toBe(true);
    expect(set('env.stop=["=", "a b"]').env.stop).toEqual(['=', 'a b']);
    expect(set('data.prompts=a=b.txt').data.prompts).toBe('a=b.txt');
  });

  it('comes over the file, and the later of two wins', () => {
    const file = write('over.yaml', 'agent: {lr: 0.1, gamma: 0.9}');
    const { agent } = loadConfig(file, ['agent.lr=0.2', 'agent.lr=0.3']).config;
    expect([agent.lr, agent.gamma]).toEqual([0.3, 0.9]);
  });

  it('drops the parameters of the old type when it changes the type', () => {
    const file = write('typed.yaml', 'agent: {target: {type: value, tau: 0.1}}');
    expect(loadConfig(file, ['agent.target.type=dqn']).config.agent.target).toEqual({ type: 'dqn' });
    expect(loadConfig(file, ['agent.target.type=value']).config.agent.target).toEqual({
      type: 'value',
      tau: 0.1,
    });
    const soft = { type: 'soft', beta: 3 };
    expect(loadConfig(file, ['agent.target.beta=3', 'agent.target.type=soft']).config.agent.target).toEqual(
      soft,
    );
    expect(loadConfig(file, ['agent.target={type: soft, beta: 3}']).config.agent.target).toEqual(soft);
  });

  it('sets a parameter of the default type', () => {
    expect(set('policy.beta=5').policy).toEqual({ type: 'guided', beta: 5 });
  });

  it('takes a reward given by name further', () => {
    const file = write('named.yaml', 'reward: repetition');
    expect(loadConfig(file, ['reward.n=2']).config.reward).toEqual({ type: 'repetition', n: 2 });
    expect(loadConfig(file, ['reward.type=length', 'reward.target=9']).config.reward).toEqual({
      type: 'length',
      target: 9,
    });
    expect(loadConfig(file, ['reward=sentiment']).config.reward).toBe('sentiment');
  });

  it('leads into lists', () => {
    const file = write(
      'list.yaml',
      'reward: {type: composite, rewards: [{reward: sentiment}, {reward: length}]}',
    );
    expect(loadConfig(file, ['reward.rewards.1.weight=2']).config.reward).toEqual({
      type: 'composite',
      rewards: [{ reward: 'sentiment' }, { reward: 'length', weight: 2 }],
    });
    expect(refusal(file, ['reward.rewards.2.weight=2'])).toBe(
      "--set reward.rewards.2.weight=2: '2' is no place in a list of 2; they count from 0",
    );
  });

  it('unsets with null', () => {
    const file = write('unset.yaml', 'data: {evalPrompts: a.txt}');
    expect(loadConfig(file, ['data.evalPrompts=null']).config.data.evalPrompts).toBeUndefined();
  });

  it.each([
    ['agent.lr', '--set agent.lr: write a key and a value, such as --set agent.lr=1e-3'],
    ['=3', "--set =3: '' is not a key such as agent.lr"],
    ['agent..lr=3', "'agent..lr' is not a key"],
    ['__proto__.x=3', "'__proto__.x' is not a key"],
    ['eval.bestOf=[2,4', '--set eval.bestOf=[2,4: the value is not valid YAML: '],
    ['agent.lrr=3', "the command line: unknown key 'agent.lrr'; did you mean 'lr'?"],
    ['agent.lr=fast', "the command line: 'agent.lr': "],
    ['constructor.x=1', "the command line: unknown key 'constructor'"],
  ])('%s is refused', (override, message) => {
    expect(refusal(undefined, [override])).toContain(message);
  });

  it('leads only where there are keys', () => {
    const file = write('number.yaml', 'seed: 3');
    expect(refusal(file, ['seed.x=1'])).toBe("--set seed.x=1: 3 has no key 'x'");
  });

  it('is blamed for its own mistakes, and the file for its', () => {
    const good = write('good.yaml', 'seed: 3');
    const bad = write('bad.yaml', 'sed: 3');
    expect(refusal(good, ['agent.lr=fast'])).toMatch(/^the command line: 'agent\.lr'/);
    expect(refusal(bad, ['agent.lr=fast'])).toMatch(/^bad\.yaml: unknown key 'sed'/);
  });
});

describe('flags', () => {
  it('come over everything, undefined ones left out', () => {
    const flags = { seed: 5, train: { steps: 3, mode: undefined }, out: undefined };
    const { config } = loadConfig(write('flags.yaml', 'train: {mode: sync}'), ['train.steps=2'], flags);
    expect([config.seed, config.train.steps, config.train.mode]).toEqual([5, 3, 'sync']);
    expect(config).not.toHaveProperty('out');
  });

  it('change a reward, but keep the parameters of the same one', () => {
    const file = write('reward.yaml', 'reward: {type: length, target: 9}');
    expect(loadConfig(file, [], { reward: 'sentiment' }).config.reward).toBe('sentiment');
    expect(loadConfig(file, [], { reward: 'length' }).config.reward).toEqual({ type: 'length', target: 9 });
  });

  it('drop the parameters of the old type', () => {
    const file = write('policy.yaml', 'policy: {type: guided, beta: 3}');
    const { policy } = loadConfig(file, [], { policy: { type: 'boltzmann' } }).config;
    expect(policy).toEqual({ type: 'boltzmann', temperature: 0.1 });
  });
});

describe('paths', () => {
  it('of reward modules lead from the file, at any depth', () => {
    write('deep/mine.ts', 'export default {}');
    write('here.ts', 'export default {}');
    const file = write(
      'deep/paths.yaml',
      'reward: {type: composite, rewards: [{reward: ./mine.ts}, {reward: {type: ../here.ts, k: ./mine.ts}}, {reward: ./here.ts}]}',
    );
    expect(loadConfig(file).config.reward).toEqual({
      type: 'composite',
      rewards: [
        { reward: './deep/mine.ts' },
        { reward: { type: './here.ts', k: './mine.ts' } },
        { reward: './here.ts' },
      ],
    });
    expect(loadConfig(file, [], { reward: './mine.ts' }).config.reward).toBe('./mine.ts');
  });

  it('lead to the current directory first and to the bundled files next', () => {
    const bundled = join(before, 'data', 'generator');
    expect(resolveBundled('data/generator')).toBe(bundled);
    expect(resolveBundled('./data/generator')).toBe(bundled);
    mkdirSync(join(folder, 'data', 'generator'), { recursive: true });
    expect(resolveBundled('data/generator')).toBe('data/generator');
  });

  it('lead nowhere else in the package', () => {
    expect(resolveBundled('package.json')).toBe('package.json');
    expect(resolveBundled('data/../package.json')).toBe('data/../package.json');
    expect(resolveBundled('data/none.txt')).toBe('data/none.txt');
    expect(resolveBundled('/data/generator')).toBe('/data/generator');
  });
});
