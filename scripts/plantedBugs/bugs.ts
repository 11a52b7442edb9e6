/** A test, by its file and its title as it stands behind its describe blocks. */
export interface TestName {
  readonly file: string;
  readonly title: string;
}

/** A mistake that somebody could make: some text that takes the place of the right one, and the test that must then fail. */
export interface PlantedBug {
  readonly name: string;
  readonly file: string;
  /** Each right text stands exactly once in the file. */
  readonly edits: readonly { readonly right: string; readonly wrong: string }[];
  readonly test: TestName;
}

/** The page with the last result. */
export const plantedBugsReport = 'docs/planted-bugs.md';

const injection = 'src/activities/injectionStretch.ts';

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'PRINTED and processed are marked before TIXNGO has the ticket',
    file: injection,
    edits: [
      {
        right: '      await this.send(toSend, accepted, pageParked, page);\n',
        wrong:
          '      await this.mark(this.posted(page, selected, new Set(toSend.map(({ source }) => source.ticketId))));\n      await this.send(toSend, accepted, pageParked, page);\n',
      },
    ],
    test: {
      file: 'test/scenarios/injection.test.ts',
      title: 'parks what only TIXNGO finds wrong, with the code and the field that TIXNGO gives',
    },
  },
  {
    name: 'in doubt, nothing is looked up before it is sent',
    file: injection,
    edits: [
      {
        right: '(this.tools.inDoubt || this.mayBeThere(candidate))',
        wrong: 'this.mayBeThere(candidate)',
      },
    ],
    test: {
      file: 'test/scenarios/permission.test.ts',
      title:
        'announces nothing twice when a page was closed as ERROR because PRINTED was refused with 401, and the key is right again',
    },
  },
  {
    name: 'a writer does not look at its own execution before it writes',
    file: 'src/activities/ownExecution.ts',
    edits: [
      {
        right: 'if (nowMs - this.checkedAtMs < goodForMs) return;',
        wrong: 'this.checkedAtMs = nowMs;\n    if (nowMs > 0) return;',
      },
    ],
    test: {
      file: 'test/scenarios/crashMatrixFrozen.test.ts',
      title: 'injection, after the first chunk: the worker stands still, another takes over, and then it goes on',
    },
  },
  {
    name: 'tickets are marked processed with the date of now',
    file: injection,
    edits: [
      {
        right: 's360Marks.flagItems(exportKeyOf(resolved), processed, page.exportDate)',
        wrong: 's360Marks.flagItems(exportKeyOf(resolved), processed, new Date().toISOString())',
      },
    ],
    test: {
      file: 'test/scenarios/injection.test.ts',
      title:
        'meets a ticket again that changed while its page was under way: it is marked with the date of the answer in which it was read',
    },
  },
  {
    name: 'a run does not close',
    file: 'src/activities/functionRun.ts',
    edits: [
      {
        right: 'const { closed } = await this.permission.close({',
        wrong: 'const { closed } = await (async (_: object) => ({ closed: true }))({',
      },
    ],
    test: {
      file: 'test/scenarios/pushCancelled.test.ts',
      title: 'leaves an unknown ticket for the next run while injection could still be sending it',
    },
  },
  {
    name: 'the position in S-360’s queue is kept between runs',
    file: 'src/activities/queueWalk.ts',
    edits: [
      {
        right: '    this.readPosition = start.after;\n',
        wrong: '    this.readPosition = start.after ?? QueueWalk.kept;\n',
      },
      {
        right: '  private readPosition: string | null;\n',
        wrong: '  private static kept: string | null = null;\n  private readPosition: string | null;\n',
      },
      {
        right: '    this.readPosition = lastTicketId;\n',
        wrong: '    this.readPosition = lastTicketId;\n    QueueWalk.kept = lastTicketId;\n',
      },
    ],
    test: {
      file: 'test/scenarios/injection.test.ts',
      title: 'sends the 5th ticket when it becomes eligible after the 5,000th was sent',
    },
  },
  {
    name: 'a parked ticket is marked processed',
    file: injection,
    edits: [
      {
        right: 'parked.push(reasonOf(source, outcome.code, outcome.field));',
        wrong: 'parked.push(reasonOf(source, outcome.code, outcome.field));\n          accepted.add(source.ticketId);',
      },
    ],
    test: {
      file: 'test/scenarios/injection.test.ts',
      title: 'parks what only TIXNGO finds wrong, with the code and the field that TIXNGO gives',
    },
  },
  {
    name: 'the wait ends at DELETION_PENDING',
    file: 'src/activities/deletionWait.ts',
    edits: [{ right: "held.status === 'DELETED'", wrong: 'isDeletion(held.status)' }],
    test: {
      file: 'test/scenarios/pushCancelled.test.ts',
      title: 'waits until the phone that holds the ticket has synced, while a newer run pushes new cancellations',
    },
  },
  {
    name: 'the reason of a deletion is ignored',
    file: 'src/domain/tixngoEffect.ts',
    edits: [{ right: '(reason === null || reason === wanted.reason) && ', wrong: '' }],
    test: {
      file: 'test/scenarios/pushCancelled.test.ts',
      title: 'pushes again when the invalidation reason has changed, and for nothing else',
    },
  },
  {
    name: 'got repeats a call by itself',
    file: 'src/http/jsonCall.ts',
    edits: [{ right: 'retry: { limit: 0 },', wrong: "retry: { limit: 2, methods: ['GET', 'POST', 'PUT'] }," }],
    test: {
      file: 'test/http/jsonCall.test.ts',
      title: 'a connection that is cut before or after the request was read',
    },
  },
];
