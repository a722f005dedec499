import { Command } from 'commander';
import { type BackendTrial, loadBackend } from '../../agent/index.js';
import { type DownloadProgress, executionProviders } from '../../lm/index.js';
import { colour } from '../colour.js';
import { diagnoseLm, renderLm } from '../diagnosis/lm.js';
import { downloadDisplay } from '../downloads.js';
import { given } from '../options.js';
import { refuseOptions } from '../refuseOptions.js';

/** What `tokenq doctor --json` prints. */
interface Diagnosis {
  node: string;
  platform: string;
  onnxRuntime: { version: string; providers: string[] };
  training: { backend: string; tried: BackendTrial[] };
}

interface DoctorFlags {
  lm?: string;
  dtype?: string;
  json?: boolean;
}

/** `tokenq doctor` */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('what this machine has, and which of it would be used; or what a language model is made of')
    .option('--lm <dir|id>', "open this language model, and say what is found at its graph's end")
    .option('--dtype <dtype>', 'which of its files to open, such as fp32 or q4 (default: the best there)')
    .option('--json', 'print one JSON document on stdout')
    .action(runDoctor);
}

async function runDoctor({ lm, dtype, json }: DoctorFlags, command: Command): Promise<void> {
  const print = (document: object, text: string) =>
    process.stdout.write(json ? `${JSON.stringify(document)}\n` : text);
  if (lm === undefined) {
    refuseOptions(command, ['--dtype'], 'it chooses a file of the model that --lm names');
    const diagnosis = await diagnose();
    print(diagnosis, describe(diagnosis));
  } else {
    const downloads = downloadDisplay();
    const onDownload = (progress: DownloadProgress) => downloads.onDownload(progress);
    const diagnosis = await diagnoseLm(lm, { onDownload, ...given({ dtype }) }).finally(() =>
      downloads.end(),
    );
    print(diagnosis, renderLm(diagnosis));
  }
}

async function diagnose(): Promise<Diagnosis> {
  const { name, tried } = await loadBackend('auto');
  return {
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    onnxRuntime: executionProviders(),
    training: { backend: name, tried: [...tried] },
  };
}

function describe({ node, platform, onnxRuntime, training }: Diagnosis): string {
  const trials = training.tried.map(({ name, ok, reason }) => {
    const mark = ok ? colour.green('yes') : colour.dim('no ');
    return `  ${mark} ${name.padEnd(14)} ${reason}`;
  });
  return [
    `Node.js        ${node} on ${platform}`,
    `ONNX Runtime   ${onnxRuntime.version}, providers: ${onnxRuntime.providers.join(', ')} (generation uses cpu)`,
    `Training       ${colour.bold(training.backend)}, the first of these that loads:`,
    ...trials,
    '',
  ].join('\n');
}
