import { ScheduleClient, type Client, type WorkflowService } from '@temporalio/client';

/**
 * An update of the SDK writes the whole schedule as it was described a moment before, so a pause of that moment would be lost. Temporal
 * ignores an update whose conflict token is not the schedule's newest, but the SDK sends none: this client does.
 */
export class CautiousScheduleClient extends ScheduleClient {
  private readonly tokens = new Map<string, Uint8Array>();

  constructor({ connection, options: { namespace, identity, dataConverter } }: Client) {
    super({ connection, namespace, identity, dataConverter });
  }

  protected override async _describeSchedule(scheduleId: string): ReturnType<ScheduleClient['_describeSchedule']> {
    const description = await super._describeSchedule(scheduleId);
    if (description.conflictToken) this.tokens.set(scheduleId, description.conflictToken);
    return description;
  }

  override get workflowService(): WorkflowService {
    const service = super.workflowService;
    const updateSchedule = (request: Parameters<WorkflowService['updateSchedule']>[0]) => {
      const conflictToken = this.tokens.get(request.scheduleId ?? '');
      return service.updateSchedule({ ...request, ...(conflictToken === undefined ? {} : { conflictToken }) });
    };
    return Object.create(service, { updateSchedule: { value: updateSchedule } }) as WorkflowService;
  }
}
