import { basename, extname, join } from 'node:path';
import { Command } from 'commander';
import { InputError } from '../../common/index.js';
import {
  describeValues,
  type HalvingOptions,
  parseGrid,
  parseRandom,
  type SweepResult,
  sweep,
  tableOf,
} from '../../train/index.js';
import { colour } from '../colour.js';
import { interruptSignal } from '../interrupt.js';
import { given, positiveWholeNumber, repeated, wholeNumber } from '../options.js';
import { sweepDisplay } from '../sweepProgress.js';
import { tableLines } from '../table.js';

interface SweepFlags {
  grid: string[];
  random: string[];
  trials?: number;
  seeds?: number;
  seed?: number;
  set: string[];
  steps?: number;
  jobs?: number;
  halving?: boolean;
  eta?: number;
  minSteps?: number;
  out?: string;
  json?: boolean;
}

const HELP = `
Every combination of the --grid values is trained with every seed, in processes of its own. With --random, each of the
--trials draws gives all random keys a value, and is combined with the whole grid.

The same command on the same --out goes on where it stopped: finished trials are kept, interrupted ones go on from their
last checkpoint, failed ones are tried again. A trial that fails does not stop the others: the exit status is 0 when any
came to its end, and 2 when all failed for bad input.

Example:
  tokenq sweep configs/gridworld.yaml --grid agent.lr=1e-2,1e-3 --random agent.batchSize=16..256:log --trials 4 --seeds 3
`;

/** `tokenq sweep` */
export function sweepCommand(): Command {
  return new Command('sweep')
    .description('train with every combination of some settings, and compare them')
    .argument('[config]', 'a YAML or JSON file; every key has a default')
    .option('--grid <key=v,v,...>', 'values to try, in YAML; may be repeated', repeated, [])
    .option('--random <key=low..high[:log]>', 'a range to draw from; may be repeated', repeated, [])
    .option('--trials <n>', 'random draws', positiveWholeNumber)
    .option('--seeds <n>', 'seeds of each combination (default: 1)', positiveWholeNumber)
    .option('--seed <n>', "the first seed (default: the configuration's)", wholeNumber)
    .option(
      '--set <key=value>',
      'override any configuration key in all trials; may be repeated',
      repeated,
      [],
    )
    .option('--steps <n>', 'training steps of a whole trial', positiveWholeNumber)
    .option('--jobs <n>', 'processes at a time (default: half the cores)', positiveWholeNumber)
    .option('--halving', 'successive halving: stop all but the best at each rung')
    .option('--eta <n>', 'with --halving: the best 1/n go on (default: 2)', positiveWholeNumber)
    .option('--min-steps <n>', 'with --halving: steps to the first rung', positiveWholeNumber)
    .option('--out <dir>', "the sweep's directory (default: runs/sweep- and the configuration's name)")
    .option('--json', 'print one JSON document on stdout')
    .addHelpText('after', HELP)
    .action(async (config: string | undefined, flags: SweepFlags) => {
      const result = await sweepWith(config, flags);
      process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : summary(result));
    });
}

async function sweepWith(configFile: string | undefined, flags: SweepFlags): Promise<SweepResult> {
  const { grid, random, trials: draws, seeds, seed, set, steps, jobs } = flags;
  const name = configFile === undefined ? 'run' : basename(configFile, extname(configFile));
  const halving = halvingOf(flags);
  const display = sweepDisplay();
  const interrupt = interruptSignal(() =>
    display.note('stopping: the trials save what is done (Ctrl-C again leaves at once)'),
  );
  try {
    return await sweep({
      grid: parseGrid(grid),
      random: parseRandom(random),
      overrides: set,
      out: flags.out ?? join('runs', `sweep-${name}`),
      observer: display,
      signal: interrupt.signal,
      ...given({ configFile, draws, seeds, seed, steps, jobs, halving }),
    });
  } finally {
    interrupt.release();
    display.end();
  }
}

function halvingOf({ halving, eta, minSteps }: SweepFlags): HalvingOptions | undefined {
  if (halving) return given({ eta, minSteps });
  if (eta !== undefined || minSteps !== undefined) {
    throw new InputError('--eta and --min-steps are about halving: add --halving');
  }
  return undefined;
}

function summary(result: SweepResult): string {
  const { out, best } = result;
  const table = tableOf(result);
  const lines = tableLines(table).map((line, i) =>
    table[i][0] === String(best.number) ? colour.green(line) : line,
  );
  return [
    '',
    ...lines,
    '',
    `best     ${colour.bold(describeValues(best.values))}`,
    `         its best trial is ${best.run}`,
    `report   ${join(out, 'report.html')}`,
    '',
  ].join('\n');
}
