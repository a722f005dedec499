import { cpSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

/**
 * A copy of a model's directory, with links to its weights, in which sequences end with these tokens alone: none, so that
 * all of them have the same length, or one that ends them at different lengths.
 */
export function modelEndingWith(directory: string, eosTokenIds: readonly number[]): string {
  const copy = mkdtempSync(join(tmpdir(), `bench-${basename(directory)}-`));
  for (const name of readdirSync(directory)) {
    const from = join(directory, name);
    if (name === 'onnx') symlinkSync(resolve(from), join(copy, name));
    else cpSync(from, join(copy, name));
  }
  const edit = (name: string, change: (values: Record<string, unknown>) => void) => {
    const path = join(copy, name);
    const values: Record<string, unknown> = JSON.parse(readFileSync(path, 'utf8'));
    change(values);
    writeFileSync(path, JSON.stringify(values));
  };
  const files = readdirSync(copy);
  for (const name of ['config.json', 'generation_config.json'].filter((file) => files.includes(file))) {
    edit(name, (values) => {
      values['eos_token_id'] = eosTokenIds.length === 0 ? null : [...eosTokenIds];
      values['pad_token_id'] ??= 0;
    });
  }
  edit('tokenizer_config.json', (values) => {
    // transformers.js pads the shorter prompts with it.
    values['pad_token'] ??= values['eos_token'];
    delete values['eos_token'];
  });
  return copy;
}
