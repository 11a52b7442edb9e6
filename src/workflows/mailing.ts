import { CancellationScope, condition, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';

import type { Activities } from '../activities/index.js';

const { sendMails } = proxyActivities<Activities>({
  startToCloseTimeout: '1m',
  // A mail server may be away for days: its mails wait, and nothing waits for them.
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '10m' },
  // An attempt that is under way may send its mails yet: then they are sent.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/** Sends unsent mails beside everything else that the interface does. Without any it leaves no trace in the history. */
export class Mailing {
  private readonly scope = new CancellationScope();
  private readonly ended: Promise<void>;

  constructor(
    private readonly institution: string,
    private readonly isUnsent: () => boolean,
    private readonly settle: (ids: readonly string[]) => void,
  ) {
    this.ended = this.scope.run(() => this.untilStopped());
  }

  /** What is unsent then stays unsent. Takes as long as an attempt that is under way: a minute at most. */
  async stop(): Promise<void> {
    this.scope.cancel();
    await this.ended;
  }

  private async untilStopped(): Promise<void> {
    for (;;) {
      try {
        await condition(this.isUnsent);
        this.settle(await sendMails.executeWithOptions({ summary: 'e-mail to recipients' }, [this.institution]));
      } catch (error) {
        if (isCancellation(error)) return;
        // Whatever is wrong with mails must not disturb the interface, which holds everybody's permissions.
        if (!(await this.pause())) return;
      }
    }
  }

  private async pause(): Promise<boolean> {
    try {
      await sleep('10m');
      return true;
    } catch {
      return false;
    }
  }
}
