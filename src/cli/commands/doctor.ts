import { Command } from 'commander';
import pc from 'picocolors';
import { type BackendTrial, loadBackend } from '../../agent/index.js';
import { executionProviders } from '../../lm/index.js';

/** What `tokenq doctor --json` prints. */
interface Diagnosis {
  node: string;
  platform: string;
  onnxRuntime: { version: string; providers: string[] };
  training: { backend: string; tried: BackendTrial[] };
}

/** `tokenq doctor` */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('what this machine has, and which of it would be used')
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ json }: { json?: boolean }) => {
      const diagnosis = await diagnose();
      process.stdout.write(json ? `${JSON.stringify(diagnosis)}\n` : describe(diagnosis));
    });
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
    const mark = ok ? pc.green('yes') : pc.dim('no ');
    return `  ${mark} ${name.padEnd(14)} ${reason}`;
  });
  return [
    `Node.js        ${node} on ${platform}`,
    `ONNX Runtime   ${onnxRuntime.version}, providers: ${onnxRuntime.providers.join(', ')} (generation uses cpu)`,
    `Training       ${pc.bold(training.backend)}, the first of these that loads:`,
    ...trials,
    '',
  ].join('\n');
}
