import type { Command } from 'commander';
import { InputError } from '../common/index.js';

/**
 * Refuses options that make no sense for what they are given with.
 * @param names such as `--beta`
 * @param reason why, as the end of the message: `runs/a is a run on text`
 * @throws InputError naming those that were given.
 */
export function refuseOptions(command: Command, names: readonly string[], reason: string): void {
  const given = command.options.filter(
    (option) =>
      names.includes(option.long ?? '') && command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (given.length === 0) return;
  throw new InputError(`leave out ${given.map(({ long }) => long).join(', ')}: ${reason}`);
}
