/** The columns of the table in docs/manual.md, in order. */
export const MANUAL_COLUMNS = ['Rule (the manual’s words)', 'Page of the manual', 'Code', 'Test', 'Status'] as const;

export interface ManualRow {
  /** Line in docs/manual.md, from 1. */
  line: number;
  rule: string;
  page: string;
  /** `path#exportedSymbol`, each. */
  code: string[];
  /** `path › full test name`, each. */
  tests: string[];
  status: string;
}

export interface ManualTable {
  /** The heading cells as found; null when the page has no table at all. */
  heading: string[] | null;
  rows: ManualRow[];
  /** Lines of the table that have not five cells. */
  crookedLines: number[];
}

/** Reads the one table of docs/manual.md. A `\|` in a cell is a bar; code marks around an entry are dropped. */
export function readManualTable(markdown: string): ManualTable {
  const lines = markdown
    .split('\n')
    .map((text, index) => ({ text: text.trim(), line: index + 1 }))
    .filter(({ text }) => text.startsWith('|'));
  const [heading, rule, ...body] = lines;
  if (heading === undefined || rule === undefined || !/^[|\s:-]+$/.test(rule.text)) {
    return { heading: null, rows: [], crookedLines: [] };
  }
  const rows = body.map(({ text, line }) => ({ line, cells: cellsOf(text) }));
  return {
    heading: cellsOf(heading.text),
    rows: rows.filter(({ cells }) => cells.length === MANUAL_COLUMNS.length).map(({ line, cells }) => row(line, cells)),
    crookedLines: rows.filter(({ cells }) => cells.length !== MANUAL_COLUMNS.length).map(({ line }) => line),
  };
}

function row(line: number, cells: string[]): ManualRow {
  const [rule = '', page = '', code = '', tests = '', status = ''] = cells;
  return { line, rule, page, code: entries(code, /,/), tests: entries(tests, /<br\s*\/?>/), status };
}

function entries(cell: string, separator: RegExp): string[] {
  return cell
    .split(separator)
    .map((entry) => entry.trim().replace(/^`(.*)`$/, '$1'))
    .filter((entry) => entry !== '');
}

function cellsOf(line: string): string[] {
  return line
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}
