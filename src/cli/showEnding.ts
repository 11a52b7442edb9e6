import type { FunctionName } from '../domain/functions.js';
import { countsTable } from '../domain/runReport.js';
import { previewText } from './showPreview.js';
import type { Ending } from './watchExecution.js';
import { colours } from './terminal.js';

/** What a person reads at the end of an execution. */
export function endingText(ending: Ending, link: string | null, name?: FunctionName): string {
  const lines: string[] = [];
  if (ending.kind === 'completed' && ending.result.preview !== undefined && name !== undefined) {
    lines.push(previewText(ending.result, ending.result.preview, name));
  } else if (ending.kind === 'completed') {
    const { endState, message, institution, organization, internalName, counts, parkedReasons } = ending.result;
    const colour = endState === 'OK' ? colours.green : colours.yellow;
    lines.push(`${colour(colours.bold(endState))}  ${institution}/${organization}, ${internalName}`, message);
    if (endState !== 'SKIPPED') lines.push('', countsTable(counts, parkedReasons, name));
  } else {
    lines.push(`${colours.red(colours.bold('FAILED'))}  ${ending.code}`, ending.message);
  }
  if (link !== null) lines.push('', `Web UI: ${link}`);
  return lines.join('\n');
}
