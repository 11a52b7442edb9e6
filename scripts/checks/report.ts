/** One thing that a check found: where, what is wrong there, and what to do about it. */
export interface Problem {
  where: string;
  what: string;
  todo: string;
}

/** One problem as the line that a person reads. */
export function problemLine(problem: Problem): string {
  return `${problem.where}: ${problem.what} ${problem.todo}`;
}

/** Prints what a check found and sets the exit code: 0 without a problem, 1 with any. */
export function finish(check: string, problems: readonly Problem[], allWell: string): void {
  for (const problem of problems) console.error(`  ${problemLine(problem)}`);
  if (problems.length > 0) {
    console.error(`${check}: ${problems.length} problem${problems.length === 1 ? '' : 's'}.`);
    process.exitCode = 1;
  } else {
    console.log(`${check}: ${allWell}`);
  }
}
