import { describe, expect, it } from 'vitest';
import { splitsOf } from '../../../src/data/datasets/splits.js';

const splits = (...files: string[]) => Object.fromEntries(splitsOf(files));
const parquet = (split: string, n = 0) => `data/${split}-0000${n}-of-00002.parquet`;

describe('splitsOf', () => {
  it('takes shards first, whatever their split is called, in their order', () => {
    const files = [
      'README.md',
      'test.csv',
      parquet('train_prefs', 1),
      parquet('test'),
      parquet('train_prefs'),
    ];
    expect(splits(...files, `${parquet('train').slice(0, -8)}-ab12cd.parquet`)).toEqual({
      train_prefs: [parquet('train_prefs'), parquet('train_prefs', 1)],
      test: [parquet('test')],
      train: ['data/train-00000-of-00002-ab12cd.parquet'],
    });
  });

  it('takes folders that are named for a split next', () => {
    expect(splits('default/train/0.parquet', 'default/test/0.parquet', 'dev-set/a.csv', 'train.csv')).toEqual(
      {
        train: ['default/train/0.parquet'],
        test: ['default/test/0.parquet'],
        validation: ['dev-set/a.csv'],
      },
    );
  });

  it('takes files that are named for a split next, in all folders', () => {
    const base = ['harmless-base', 'helpful-base'];
    expect(
      splits(...base.map((name) => `${name}/train.jsonl.gz`), 'x/test.jsonl.gz', 'x/red_team.jsonl.gz'),
    ).toEqual({
      train: base.map((name) => `${name}/train.jsonl.gz`),
      test: ['x/test.jsonl.gz'],
    });
  });

  it.each([
    ['train.csv', 'train'],
    ['my_training_set.jsonl', 'train'],
    ['a valid.json', 'validation'],
    ['val2.csv', 'validation'],
    ['a.dev.csv', 'validation'],
    ['evaluation-1.csv', 'test'],
    ['testing.csv', 'test'],
    // No word of its own, so all files are for training.
    ['trainset.csv', 'train'],
    ['mytest.csv', 'train'],
    ['data.csv', 'train'],
  ])('says that %s is of the split %s', (file, split) => {
    expect(splits(file)).toEqual({ [split]: [file] });
  });

  it('tells words in names from parts of words', () => {
    expect(splits('latest.csv', 'test.csv')).toEqual({ test: ['test.csv'] });
  });

  it('takes the commonest kind of files of a split', () => {
    expect(splits('train-a.csv', 'train.jsonl', 'train-b.csv', 'test.json')).toEqual({
      train: ['train-a.csv', 'train-b.csv'],
      test: ['test.json'],
    });
    expect(splits('train.csv', 'train.parquet')).toEqual({ train: ['train.parquet'] });
  });

  it('leaves out what is hidden, special, a description or no table', () => {
    const files = [
      '.train.csv',
      '.cache/train.csv',
      '__cache__/train.csv',
      'config.json',
      'dataset_infos.json',
    ];
    expect(splits(...files, 'train.txt', 'train.arrow', 'train.py', 'a/dataset_dict.json')).toEqual({});
    expect(splits(...files, 'a/b.json')).toEqual({ train: ['a/b.json'] });
    expect(splits()).toEqual({});
  });
});
