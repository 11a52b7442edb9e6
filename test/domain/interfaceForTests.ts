import { noCounts } from '../../src/domain/counts.js';
import type { CallNeed } from '../../src/domain/callReservations.js';
import { claim } from '../../src/domain/claim.js';
import type { ClaimAnswer, ClaimRequest } from '../../src/domain/claimRequest.js';
import { close, type CloseAnswer, type CloseRequest } from '../../src/domain/closing.js';
import {
  freshState,
  type Execution,
  type FunctionState,
  type InterfaceState,
  type Writer,
} from '../../src/domain/interfaceState.js';
import { report, type StretchReport } from '../../src/domain/stretchReport.js';
import type { ParkingReason } from '../../src/domain/parking.js';

export const settlingPauseMs = 38_000;
export const reservationMs = 108_000;

export const runA: Execution = { workflowId: 'injection', runId: 'run-a' };
export const runB: Execution = { workflowId: 'injection', runId: 'run-b' };
export const configuration = {
  s360Url: 'http://127.0.0.1:8360',
  tixngoUrl: 'http://127.0.0.1:8361/v3/organizer/tickets',
  interfaceType: 'TIXNGO',
  ticketIdentifier: 'ticketId',
};

const key = { organization: 'FCDEMO', function: 'ticketsExternalPrinting' } as const;

export function writer(activityId = '1', attempt = 1): Writer {
  return { activityId, attempt };
}

export function reasons(count: number, from = 0, code = 'FIELD_REQUIRED'): ParkingReason[] {
  return Array.from({ length: count }, (_, i) => ({
    ticketId: String(10_000_000_000_000 + from + i),
    code,
    field: 'event.address.site',
    record: '2027-05-01 10:00:00',
  }));
}

/** The state of one interface, with a clock that only a test moves. */
export class InterfaceForTests {
  state: InterfaceState = freshState;
  nowMs = Date.UTC(2027, 4, 1);

  constructor(private readonly defaults: Partial<ClaimRequest> = {}) {}

  claim(execution: Execution, by: Writer = writer(), given: Partial<ClaimRequest> = {}): ClaimAnswer {
    const { state, answer } = claim(
      this.state,
      {
        ...key,
        execution,
        writer: by,
        internalName: 'Ticket injection',
        configuration,
        needs: [] as CallNeed[],
        reservationMs,
        settlingPauseMs,
        ...this.defaults,
        ...given,
      },
      this.nowMs,
    );
    this.state = state;
    return answer;
  }

  reportOf(execution: Execution, by: Writer = writer(), given: Partial<StretchReport> = {}): StretchReport {
    return { ...key, execution, writer: by, failed: false, parked: [], unparked: [], ...this.place(), ...given };
  }

  report(execution: Execution, by: Writer = writer(), given: Partial<StretchReport> = {}): void {
    this.state = report(this.state, this.reportOf(execution, by, given), this.nowMs);
  }

  /** Ends a run; with the last attempt's own report, unless one is given (`undefined`: none). */
  close(execution: Execution, by: Writer = writer(), given: Partial<CloseRequest> = {}): CloseAnswer {
    const { state, answer } = close(
      this.state,
      {
        ...key,
        execution,
        writer: by,
        internalName: 'Ticket injection',
        endState: 'OK',
        endOfQueue: true,
        counts: noCounts,
        message: '',
        settlingPauseMs,
        report: this.reportOf(execution, by),
        ...this.place(),
        ...given,
      },
      this.nowMs,
    );
    this.state = state;
    return answer;
  }

  /** A run that works one stretch and meets the end of the queue: after it nothing is in doubt. */
  cleanRun(runId = `clean-${String(this.nowMs)}`): void {
    const execution = { workflowId: 'injection', runId };
    this.claim(execution);
    this.close(execution);
  }

  pass(ms: number): void {
    this.nowMs += ms;
  }

  get fn(): FunctionState {
    return this.state.functions['FCDEMO/ticketsExternalPrinting']!;
  }

  private place(): Partial<ClaimRequest> {
    const { organization } = this.defaults;
    return organization === undefined ? {} : { organization };
  }
}
