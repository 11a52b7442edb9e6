/** Text as it may stand in HTML and in attributes. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** 12345 → 12,345 */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** A coordinate: a tenth of a unit is finer than any screen shows. */
export function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** So wide that it fits: no browser is there to measure it. */
export function textWidth(text: string, fontSize: number): number {
  return text.length * fontSize * 0.56;
}

export interface Drawing {
  /** Of this page's elements, none has it twice. */
  readonly id: string;
  readonly title: string;
  /** What somebody hears who does not see it. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly content: string;
}

export function svg({ id, title, description, width, height, content }: Drawing): string {
  return [
    `<svg viewBox="0 0 ${at(width)} ${at(height)}" role="img" aria-labelledby="${id}-title ${id}-desc">`,
    `<title id="${id}-title">${escaped(title)}</title><desc id="${id}-desc">${escaped(description)}</desc>`,
    content,
    '</svg>',
  ].join('');
}

/** The numbers of a picture, for whoever wants them or does not see it. */
export function tableDetails(summary: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  return `<details><summary>${escaped(summary)}</summary>${table(head, rows)}</details>`;
}

/** @param rows the first cell of each is its name; cells are text */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return tableOf(
    head,
    rows.map((row) => row.map(escaped)),
  );
}

/** @param rows cells are HTML */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const headRow = head
    .map((text, column) => {
      const isOfNumbers = column > 0 && rows.every((row) => isNumber(row[column] ?? ''));
      return `<th scope="col"${isOfNumbers ? ' class="number"' : ''}>${escaped(text)}</th>`;
    })
    .join('');
  const body = rows
    .map(([name = '', ...cells]) => {
      const rest = cells.map((cell) => `<td${isNumber(cell) ? ' class="number"' : ''}>${cell}</td>`).join('');
      return `<tr><th scope="row">${name}</th>${rest}</tr>`;
    })
    .join('');
  return `<div class="scroll"><table><thead><tr>${headRow}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function isNumber(cell: string): boolean {
  return /^[\d,.]+( s)?$/.test(cell) || cell === '–';
}
