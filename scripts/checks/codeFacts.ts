import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** What the code itself says, for comparison with what a deployment file says. */
export interface CodeFacts {
  /** Search attributes that the code defines, each as `Name=Type` in the Temporal CLI's words. */
  searchAttributes: Set<string>;
  /** Numbers and texts written in sandbox/main.ts and the files beside it. */
  sandboxLiterals: Set<string>;
  /** All text of src/ and config/, in which an environment variable must be named. */
  productText: string;
  /** The same of sandbox/, for the sandboxes' variables. */
  sandboxText: string;
}

const CLI_TYPES: Record<string, string> = {
  KEYWORD: 'Keyword',
  KEYWORD_LIST: 'KeywordList',
  TEXT: 'Text',
  INT: 'Int',
  DOUBLE: 'Double',
  BOOL: 'Bool',
  DATETIME: 'Datetime',
};

/** Reads the facts from the repository at `root`; what does not exist there says nothing. */
export function readCodeFacts(root: string): CodeFacts {
  const attributes = join(root, 'src/temporal/searchAttributes.ts');
  return {
    searchAttributes: new Set(existsSync(attributes) ? definedAttributes(parseFile(attributes)) : []),
    sandboxLiterals: new Set(
      filesUnder(join(root, 'sandbox'), false)
        .filter((file) => file.endsWith('.ts'))
        .flatMap((file) => literals(parseFile(file))),
    ),
    productText: textOf([...filesUnder(join(root, 'src'), true), ...filesUnder(join(root, 'config'), true)]),
    sandboxText: textOf(filesUnder(join(root, 'sandbox'), true)),
  };
}

/** `defineSearchAttributeKey('Name', SearchAttributeType.TYPE)`, wherever it stands in the file; Temporal's own, which every server has, aside. */
function definedAttributes(source: ts.SourceFile): string[] {
  return nodesOf(source).flatMap((node) => {
    if (!ts.isCallExpression(node) || node.expression.getText() !== 'defineSearchAttributeKey') return [];
    const [name, type] = node.arguments;
    if (name === undefined || !ts.isStringLiteralLike(name) || name.text.startsWith('Temporal')) return [];
    const typeName = type === undefined || !ts.isPropertyAccessExpression(type) ? '' : type.name.text;
    return [`${name.text}=${CLI_TYPES[typeName] ?? typeName}`];
  });
}

function literals(source: ts.SourceFile): string[] {
  return nodesOf(source).flatMap((node) =>
    ts.isStringLiteralLike(node) || ts.isNumericLiteral(node) ? [node.text] : [],
  );
}

function nodesOf(source: ts.SourceFile): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return nodes;
}

function textOf(files: string[]): string {
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

function parseFile(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
}

function filesUnder(folder: string, recursive: boolean): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
