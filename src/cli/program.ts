import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { codeOf, InputError, Interrupted, messageOf } from '../common/index.js';
import { dataCommand } from './commands/data.js';
import { distillCommand } from './commands/distill.js';
import { doctorCommand } from './commands/doctor.js';
import { evalCommand } from './commands/eval.js';
import { inspectCommand } from './commands/inspect.js';
import { rewardCommand } from './commands/reward.js';
import { sampleCommand } from './commands/sample.js';
import { sweepCommand } from './commands/sweep.js';
import { trainCommand } from './commands/train.js';

/** Exit statuses of the command line. */
const EXIT = { ok: 0, failure: 1, badInput: 2, interrupted: 130 } as const;

/** Runs one command line. @returns The exit status: 0, 2 on bad input, 130 on Ctrl-C, 1 on a bug. */
export async function runCli(args: readonly string[]): Promise<number> {
  // A reader such as `head` may close the pipe early; that is no error.
  process.stdout.on('error', (error) => process.exit(codeOf(error) === 'EPIPE' ? EXIT.ok : EXIT.failure));
  try {
    await program().parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return report(error);
  }
}

function program(): Command {
  const { version, description } = packageInfo();
  const root = new Command('tokenq')
    .description(description)
    .version(version)
    .showHelpAfterError('(see --help)')
    .exitOverride();
  const commands = [
    trainCommand(),
    distillCommand(),
    sweepCommand(),
    sampleCommand(),
    evalCommand(),
    inspectCommand(),
    dataCommand(),
    rewardCommand(),
    doctorCommand(),
  ];
  for (const command of commands) {
    root.addCommand(inherit(command, root));
  }
  return root;
}

/** Settings go down to subcommands only when these are made, which is before the root is. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const subcommand of command.commands) inherit(subcommand, command);
  return command;
}

function packageInfo(): { version: string; description: string } {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
}

function report(error: unknown): number {
  // Commander has printed its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  if (error instanceof InputError) {
    process.stderr.write(`tokenq: ${error.message}\n`);
    return EXIT.badInput;
  }
  if (error instanceof Interrupted) {
    process.stderr.write(`tokenq: ${error.message}\n`);
    return EXIT.interrupted;
  }
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`tokenq: something went wrong inside: ${stack ?? messageOf(error)}\n`);
  return EXIT.failure;
}
