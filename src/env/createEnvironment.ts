import type { z } from 'zod';
import { InputError } from '../common/index.js';
import { isModulePath, loadUserModule, suggestion, type UserModuleKind, validate } from '../config/index.js';
import { cartPole, cartPoleParameters } from './cartPole.js';
import { isEnvironment } from './contract.js';
import type { Environment, EnvironmentMaker } from './environment.js';
import { gridWorld, gridWorldParameters } from './gridWorld.js';

/** A built-in environment's name, or the path of a module, with its parameters. */
export type EnvironmentSpec = Readonly<{ type: string } & Record<string, unknown>>;

export interface EnvironmentContext {
  /** Where the path of a user's module is looked for first; then in the current directory. */
  baseDirectory: string;
}

type Factory = (parameters: unknown) => EnvironmentMaker;

const builtIns: ReadonlyMap<string, Factory> = new Map([
  builtIn('gridworld', gridWorldParameters, gridWorld),
  builtIn('cartpole', cartPoleParameters, cartPole),
]);

/** Names of the built-in environments. */
export const builtInEnvironments: readonly string[] = [...builtIns.keys()];

const environmentModule: UserModuleKind<Environment> = {
  what: 'environment',
  example:
    "export default () => ({ observationShape: [1], actions: ['a', 'b'], reset(seed) { return [0] }, " +
    'step(action) { return { observation: [0], reward: 0, terminated: true, truncated: false } } })',
  factoryExample: '(parameters) => ({ observationShape, actions, reset(seed), step(action) })',
  lacks: 'has no reset and step functions',
  accepts: isEnvironment,
};

/**
 * The environment that a configuration names: a built-in one, or the module at a path. The module's default export is
 * an environment, of which there is one copy then, or a function (async, if it likes) that makes one from the
 * parameters.
 * @throws InputError on an unknown name, on parameters that the environment does not take, and on a module that is
 * missing, broken or of the wrong shape.
 */
export async function createEnvironment(
  spec: EnvironmentSpec,
  context: EnvironmentContext,
): Promise<EnvironmentMaker> {
  const { type, ...parameters } = spec;
  const factory = builtIns.get(type);
  if (factory) return factory(parameters);
  if (!isModulePath(type)) {
    throw new InputError(
      `unknown environment '${type}'${suggestion(type, builtInEnvironments)} ` +
        '(or the path of a module: ./my-environment.ts)',
    );
  }
  const module = await loadUserModule(environmentModule, type, parameters, context.baseDirectory);
  const { name, make } = module;
  return module.isFactory ? { name, make } : { name, mostCopies: 1, make };
}

function builtIn<S extends z.ZodType>(
  name: string,
  schema: S,
  create: (parameters: z.output<S>) => Environment,
): [string, Factory] {
  const factory: Factory = (given) => {
    const parameters = validate(schema, given, `the '${name}' environment`);
    return { name, make: () => create(parameters) };
  };
  return [name, factory];
}
