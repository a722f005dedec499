import { Command, InvalidArgumentError, Option } from 'commander';
import type { RewardModelSettings } from '../../config/index.js';
import { describeSkips, loadPreferences, type PreferencePair } from '../../data/index.js';
import type { DeviceChoice } from '../../lm/index.js';
import { defaultOut, type RewardTraining, type Share, trainReward } from '../../train/index.js';
import { colour } from '../colour.js';
import {
  countList,
  device,
  given,
  nonNegative,
  positive,
  positiveWholeNumber,
  probability,
  wholeNumber,
} from '../options.js';
import { type ProgressDisplay, progressDisplay } from '../progress.js';
import { type Shown, shown } from '../shown.js';
import { tableLines } from '../table.js';

type Settings = NonNullable<RewardModelSettings>;

interface RewardTrainFlags extends Settings {
  pairs: string;
  eval?: string;
  heldOut?: number;
  split?: string;
  lm: string;
  dtype?: string;
  device?: DeviceChoice;
  seed?: number;
  out?: string;
  json?: boolean;
}

/** `tokenq reward train` */
export function rewardTrainCommand(): Command {
  return new Command('train')
    .description(
      "train a reward model on a frozen language model's hidden states, and test it on held-out pairs",
    )
    .requiredOption(
      '--pairs <file|id>',
      "preference pairs in TRL's formats: .jsonl, .json, .csv, .parquet, or owner/name on the hub",
    )
    .option('--eval <file|id>', 'pairs to test on (default: those of some of the prompts are held out)')
    .option('--held-out <share>', 'share of the prompts to hold out (default: 0.1)', share)
    .option('--split <name>', "the part of a hub's dataset (default: train)")
    .option('--lm <id-or-dir>', 'the language model: a directory or a hub id', 'data/models/stories')
    .option('--dtype <dtype>', 'which of its files, such as fp32 or q4 (default: the best there)')
    .option('--device <device>', 'where it runs: cpu, webgpu, cuda or auto (default: cpu)', device)
    .option(
      '--layers <n,n,...>',
      'layers whose states are read, from 0, or from -1 down (default: -1)',
      layerList,
    )
    .addOption(
      new Option('--pooling <states>', 'which states count (default: mean)').choices([
        'mean',
        'last',
        'both',
      ]),
    )
    .option('--hidden <n,n,...>', 'sizes of hidden layers (default: none, a linear score)', countList)
    .option(
      '--margin <margin>',
      'what a difference must exceed: none, column or a number (default: none)',
      margin,
    )
    .addOption(
      new Option(
        '--labels <labels>',
        'soft: the margin column tells how sure a preference is (default: hard)',
      ).choices(['hard', 'soft']),
    )
    .addOption(
      new Option(
        '--centring <how>',
        'what puts the scores around zero: their mean, or a penalty (default: data)',
      ).choices(['data', 'loss']),
    )
    .option('--centring-coefficient <c>', 'with --centring loss: its weight (default: 0.01)', positive)
    .option(
      '--weight-decay <l>',
      'weight of half the squared norm of the weights (default: 0.01)',
      nonNegative,
    )
    .option(
      '--dropout <share>',
      'share of the inputs left out in every update (default: 0, with hidden layers 0.1)',
      nonNegative,
    )
    .option('--epochs <n>', 'passes over the pairs (default: 20, with hidden layers 6)', positiveWholeNumber)
    .option('--batch-size <n>', 'pairs in an update (default: 64)', positiveWholeNumber)
    .option('--lr <lr>', "Adam's learning rate (default: 0.02, with hidden layers 4e-3)", positive)
    .option('--seed <n>', 'seed of all random numbers (default: 0)', wholeNumber)
    .option('--out <dir>', 'the directory to write (default: runs/reward)')
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ json, ...flags }: RewardTrainFlags) => {
      const { out, report } = await trainWith(flags);
      process.stdout.write(json ? `${JSON.stringify({ out, ...report })}\n` : summary({ out, report }));
    });
}

async function trainWith(flags: Omit<RewardTrainFlags, 'json'>): Promise<RewardTraining> {
  const {
    pairs: source,
    eval: evalSource,
    split,
    lm,
    dtype,
    device,
    out = defaultOut('reward'),
    ...rest
  } = flags;
  const display = progressDisplay(0);
  return shown(display, 'nothing is kept', async (watch) => {
    const load = (from: string) => loaded(from, split, watch);
    const pairs = await load(source);
    const evalPairs = evalSource === undefined ? undefined : await load(evalSource);
    const choice = { id: lm, ...given({ dtype, device }) };
    const training = await trainReward({
      pairs,
      lm: choice,
      out,
      ...given({ ...rest, evalPairs }),
      ...watch,
    });
    display.end(true);
    for (const warning of training.report.warnings) display.note(`warning: ${warning}`);
    return training;
  });
}

/** Pairs of a file or dataset, with what it skips told. */
async function loaded(
  source: string,
  split: string | undefined,
  { observer, signal }: Shown,
): Promise<PreferencePair[]> {
  const { pairs, skipped, emptyRejected } = await loadPreferences(source, {
    ...given({ split }),
    onDownload: (progress) => observer.onDownload?.(progress),
    signal,
  });
  tellSkips(observer, source, skipped, emptyRejected);
  return pairs;
}

function tellSkips(
  display: ProgressDisplay,
  source: string,
  skipped: Parameters<typeof describeSkips>[0],
  emptyRejected: number,
): void {
  if (skipped.length > 0) display.note(`${source}: skipped ${describeSkips(skipped)}`);
  if (emptyRejected > 0) display.note(`${source}: ${emptyRejected} pairs have an empty rejected text`);
}

function summary({ out, report }: RewardTraining): string {
  const { baselines, byMargin, calibration, training } = report;
  const names = ['near', 'middle', 'far'];
  const bands = byMargin.bands.map((band, i) => {
    const name = `  ${names[i] ?? `band ${i + 1}`}, ${byMargin.of} up to ${band.to.toFixed(2)}`;
    return row(name, band, band.bagOfWords);
  });
  const lines = tableLines([
    ['', 'accuracy (95% interval)', 'pairs', 'bag of words'],
    row('held-out pairs', report, baselines.bagOfWords),
    ...bands,
    row('training pairs', training),
    row('longer text, held out', baselines.longest),
  ]);
  return [
    '',
    ...lines,
    '',
    `calibration error ${calibration.error.toFixed(3)}, log loss ${report.loss.toFixed(3)} nats`,
    '',
    `report   ${out}/report.html`,
    `score    npx tokenq reward score ${out} --prompt "One day" --completion " a kind fox smiled."`,
    `use      npx tokenq train --set reward.type=preference --set reward.model=${out}`,
    '',
  ].join('\n');
}

function row(name: string, { accuracy, low, high, pairs }: Share, bagOfWords?: Share): string[] {
  return [
    name,
    `${colour.bold(accuracy.toFixed(3))} (${low.toFixed(3)} to ${high.toFixed(3)})`,
    pairs.toLocaleString('en'),
    bagOfWords?.accuracy.toFixed(3) ?? '',
  ];
}

/** `0,1,-1` */
function layerList(text: string): number[] {
  return text.split(',').map((part) => {
    const layer = Number(part);
    if (part.trim() === '' || !Number.isInteger(layer))
      throw new InvalidArgumentError('They must be whole numbers.');
    return layer;
  });
}

/** `none`, `column` or a number */
function margin(text: string): 'none' | 'column' | number {
  return text === 'none' || text === 'column' ? text : positive(text);
}

/** A share of the prompts, but not all. */
function share(text: string): number {
  const value = probability(text);
  if (value === 1) throw new InvalidArgumentError('It must be below 1.');
  return value;
}
