import { parquetMetadata, parquetReadObjects, parquetSchema, toJson } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { InputError, messageOf } from '../../common/index.js';
import { isRecord } from '../../config/index.js';
import type { Table } from './csv.js';
import type { Row, RowFile } from './types.js';

/**
 * The rows of a Parquet file, with values of JSON's types: dates are ISO texts, 64-bit integers are numbers.
 * @throws InputError when it is no Parquet file, or damaged.
 */
export async function tableOfParquet(bytes: Uint8Array, name: string): Promise<Table> {
  const file: RowFile = { name, numbered: 'row' };
  const buffer = new Uint8Array(bytes).buffer;
  try {
    const metadata = parquetMetadata(buffer);
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const objects: readonly unknown[] = await parquetReadObjects({ file: buffer, metadata, compressors });
    const rows: Row[] = objects.map((object, i) => {
      const columns = toJson(object);
      return { columns: isRecord(columns) ? columns : {}, file, line: i + 1 };
    });
    return { names, rows };
  } catch (error) {
    throw new InputError(
      `${name} is no Parquet file, or damaged (${messageOf(error)}): write or download it anew`,
    );
  }
}
