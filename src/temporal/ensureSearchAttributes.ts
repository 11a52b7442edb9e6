import type { Connection } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';
import { messageOf } from './say.js';
import { searchAttributes } from './searchAttributes.js';

const { IndexedValueType } = proto.temporal.api.enums.v1;
type IndexedValueType = temporal.api.enums.v1.IndexedValueType;

interface Wanted {
  readonly name: string;
  /** As the Temporal CLI writes it. */
  readonly type: 'Keyword' | 'Int';
  readonly indexedType: IndexedValueType;
}

const wanted: readonly Wanted[] = Object.values(searchAttributes).map(({ name, type }) =>
  type === 'INT'
    ? { name, type: 'Int', indexedType: IndexedValueType.INDEXED_VALUE_TYPE_INT }
    : { name, type: 'Keyword', indexedType: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD },
);

/** Options of the CLI's `--search-attribute` and `--type`, by name. */
export const searchAttributeTypes: ReadonlyMap<string, Wanted['type']> = new Map(
  wanted.map(({ name, type }) => [name, type]),
);

/** The namespace lacks search attributes and this program could not create them. The message has the commands. */
export class SearchAttributesMissingError extends Error {
  override readonly name = 'SearchAttributesMissingError';
  constructor(
    readonly missing: readonly string[],
    namespace: string,
    why: string,
  ) {
    const attributes = wanted.filter(({ name }) => missing.includes(name));
    const pairs = attributes.map(({ name, type }) => ` --search-attribute "${name}=${type}"`).join('');
    super(
      [
        `the namespace ${namespace} lacks the search attributes ${missing.join(', ')}, and creating them failed: ${why}.`,
        'Somebody who may do so creates them with:',
        ...attributes.map(
          ({ name, type }) =>
            `  temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${type}`,
        ),
        'or, in Temporal Cloud:',
        `  tcld namespace search-attributes add --namespace ${namespace}${pairs}`,
      ].join('\n'),
    );
  }
}

/**
 * Registers the project's search attributes the namespace lacks, and gives their names. Throws
 * {@link SearchAttributesMissingError} when that is not allowed, and an Error when one exists with another type.
 */
export async function ensureSearchAttributes(
  connection: Pick<Connection, 'operatorService' | 'workflowService'>,
  namespace: string,
): Promise<string[]> {
  const missing = lacking(await existing(connection, namespace), namespace);
  if (missing.length === 0) return [];
  const names = missing.map(({ name }) => name);
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(({ name, indexedType }) => [name, indexedType])),
    });
  } catch (error) {
    // Another process may have been faster.
    const still = lacking(await existing(connection, namespace), namespace);
    if (still.length > 0) {
      throw new SearchAttributesMissingError(
        still.map(({ name }) => name),
        namespace,
        messageOf(error),
      );
    }
  }
  return names;
}

function lacking(types: Record<string, IndexedValueType>, namespace: string): Wanted[] {
  for (const { name, type, indexedType } of wanted) {
    const found = types[name];
    if (found !== undefined && found !== indexedType) {
      throw new Error(
        `the namespace ${namespace} has the search attribute ${name} with another type (${IndexedValueType[found]}) ` +
          `than ${type}: remove or rename it there, then start again`,
      );
    }
  }
  return wanted.filter(({ name }) => types[name] === undefined);
}

/** The custom search attributes of the namespace; from the older call where the operator service is closed to us. */
async function existing(
  { operatorService, workflowService }: Pick<Connection, 'operatorService' | 'workflowService'>,
  namespace: string,
): Promise<Record<string, IndexedValueType>> {
  try {
    return (await operatorService.listSearchAttributes({ namespace })).customAttributes;
  } catch (error) {
    const older = await workflowService.getSearchAttributes({}).catch(() => null);
    if (older === null) throw error;
    return older.keys;
  }
}
