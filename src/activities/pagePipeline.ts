/**
 * Pages go through three steps: read, post, mark. While one page is posted, the next is read and the one before is marked, so that neither
 * system waits for the other; at most three pages are in flight, each step does one page at a time, in order.
 */
export interface PageSteps<Page, Posted> {
  /** @returns null at the end of the queue */
  readonly read: () => Promise<Page | null>;
  /** Asked before each further read: false ends the stretch after the pages in flight. */
  readonly mayReadOn: () => boolean;
  readonly post: (page: Page) => Promise<Posted>;
  readonly mark: (posted: Posted) => Promise<void>;
}

/**
 * @returns whether the end of the queue was met
 * @throws what a step throws, after every step that is under way has ended: no write goes on behind a failure
 */
export async function runPages<Page, Posted>(steps: PageSteps<Page, Posted>): Promise<boolean> {
  let reading: Promise<Page | null> | null = steps.read();
  let marking: Promise<void> = Promise.resolve();
  let unmarked: Posted | null = null;
  try {
    while (reading !== null) {
      const page: Page | null = await reading;
      if (page === null) {
        await marking;
        return true;
      }
      reading = steps.mayReadOn() ? steps.read() : null;
      unmarked = await untilSettled(steps.post(page), reading, marking);
      await marking;
      marking = steps.mark(unmarked);
      unmarked = null;
      // Awaited in the next turn; an early failure must not count as unhandled meanwhile.
      marking.catch(() => undefined);
    }
    await marking;
    return false;
  } catch (error) {
    await Promise.allSettled([reading, marking]);
    // The mark before it failed: what this page has sent is marked all the same, if that is possible.
    if (unmarked !== null) await steps.mark(unmarked).catch(() => undefined);
    throw error;
  }
}

/** Waits for the post; failures of the neighbours are theirs to report, when their turn comes. */
async function untilSettled<T>(post: Promise<T>, reading: Promise<unknown> | null, marking: Promise<void>): Promise<T> {
  reading?.catch(() => undefined);
  marking.catch(() => undefined);
  return post;
}
