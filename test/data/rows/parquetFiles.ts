import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ChatMessage } from '../../../src/data/index.js';

const text = (name: string): SchemaElement => ({
  name,
  repetition_type: 'OPTIONAL',
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
});

/** A list of structs, as pyarrow writes it. */
const conversation = (name: string): SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', repetition_type: 'OPTIONAL', num_children: 2 },
  text('content'),
  text('role'),
];

/** A Parquet file whose columns are lists of messages. */
export function conversationParquet(columns: Readonly<Record<string, readonly ChatMessage[][]>>): Uint8Array {
  const names = Object.keys(columns);
  const schema = [{ name: 'root', num_children: names.length }, ...names.flatMap(conversation)];
  const columnData = names.map((name) => ({ name, data: [...columns[name]] }));
  return new Uint8Array(parquetWriteBuffer({ schema, columnData }));
}
