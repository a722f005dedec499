import { describe, expect, it } from 'vitest';
import { downloadDisplay } from '../../src/cli/downloads.js';
import { fakeStream } from '../support/terminal.js';

describe('downloadDisplay', () => {
  it('prints a line when a file begins and one when it has arrived, where there is no terminal', () => {
    const { base, text } = fakeStream(false);
    const display = downloadDisplay(base);
    for (const loaded of [1e6, 2e6, 4e6]) display.onDownload({ file: 'onnx/model.onnx', loaded, total: 4e6 });
    display.onDownload({ file: 'config.json', loaded: 500, total: undefined });
    display.end();
    expect(text().trim().split('\n')).toEqual([
      'downloading onnx/model.onnx: 1.0 MB of 4.0 MB',
      'downloading onnx/model.onnx: 4.0 MB of 4.0 MB',
      'downloading config.json: 500 bytes',
    ]);
  });

  it('draws a bar for each file on a terminal', () => {
    const { base, text } = fakeStream(true);
    const display = downloadDisplay(base);
    display.onDownload({ file: 'onnx/model.onnx', loaded: 1e6, total: 4e6 });
    display.onDownload({ file: 'tokenizer.json', loaded: 2e6, total: 2e6 });
    display.end();
    expect(text()).toContain('downloading onnx/model.onnx');
    expect(text()).toContain('25%');
    expect(text()).toContain('downloading tokenizer.json');
    expect(text()).toContain('100%');
  });
});
