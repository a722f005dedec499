import { Command } from 'commander';
import { type BackendTrial, loadBackend } from '../../agent/index.js';
import { loadConfig } from '../../config/index.js';
import {
  chooseDevice,
  type DeviceChoice,
  type DeviceTrial,
  type DownloadProgress,
  executionProviders,
  type LmDevice,
  tryDevices,
} from '../../lm/index.js';
import { colour } from '../colour.js';
import { diagnoseLm, renderLm } from '../diagnosis/lm.js';
import { downloadDisplay } from '../downloads.js';
import { device, given } from '../options.js';
import { refuseOptions } from '../refuseOptions.js';

/** What `tokenq doctor --json` prints. */
interface Diagnosis {
  node: string;
  platform: string;
  onnxRuntime: { version: string; providers: string[] };
  /** The default of `lm.device`, the device that `auto` comes to, and what becomes of asking for each by name. */
  generation: { default: DeviceChoice; auto: LmDevice; tried: DeviceTrial[] };
  training: { backend: string; tried: BackendTrial[] };
}

interface DoctorFlags {
  lm?: string;
  dtype?: string;
  device?: DeviceChoice;
  json?: boolean;
}

/** `tokenq doctor` */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('what this machine has, and which of it would be used; or what a language model is made of')
    .option('--lm <dir|id>', "open this language model, and say what is found at its graph's end")
    .option('--dtype <dtype>', 'which of its files to open, such as fp32 or q4 (default: the best there)')
    .option('--device <device>', 'where to open it: cpu, webgpu, cuda or auto (default: cpu)', device)
    .option('--json', 'print one JSON document on stdout')
    .action(runDoctor);
}

async function runDoctor({ lm, dtype, device, json }: DoctorFlags, command: Command): Promise<void> {
  const print = (document: object, text: string) =>
    process.stdout.write(json ? `${JSON.stringify(document)}\n` : text);
  if (lm === undefined) {
    refuseOptions(command, ['--dtype', '--device'], 'they say how to open the model that --lm names');
    const diagnosis = await diagnose();
    print(diagnosis, describe(diagnosis));
  } else {
    const downloads = downloadDisplay();
    const onDownload = (progress: DownloadProgress) => downloads.onDownload(progress);
    const diagnosis = await diagnoseLm(lm, { onDownload, ...given({ dtype, device }) }).finally(() =>
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
    generation: {
      default: loadConfig().config.lm.device,
      auto: await chooseDevice('auto'),
      tried: await tryDevices(),
    },
    training: { backend: name, tried: [...tried] },
  };
}

function describe({ node, platform, onnxRuntime, generation, training }: Diagnosis): string {
  return [
    `Node.js        ${node} on ${platform}`,
    `ONNX Runtime   ${onnxRuntime.version}, providers: ${onnxRuntime.providers.join(', ')}`,
    `Generation     ${colour.bold(generation.default)}, unless --device says otherwise; these it may name (auto: ${generation.auto}):`,
    ...generation.tried.map(trialLine),
    `Training       ${colour.bold(training.backend)}, the first of these that loads:`,
    ...training.tried.map(trialLine),
    '',
  ].join('\n');
}

/** Whether one of several was found to work, and why not. */
function trialLine({ name, ok, reason }: BackendTrial | DeviceTrial): string {
  const mark = ok ? colour.green('yes') : colour.dim('no ');
  return `  ${mark} ${name.padEnd(14)} ${reason}`.trimEnd();
}
