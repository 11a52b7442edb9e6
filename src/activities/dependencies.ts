import type { Client } from '@temporalio/client';
import type { Got } from 'got';

import type { Configuration } from '../config/schema.js';
import type { UnknownFieldSink } from '../http/contract.js';
import type { MailServer } from '../mail/mailServer.js';
import type { LinkTo } from '../mail/mailText.js';
import type { TokenStore } from '../s360/tokens.js';
import type { Slots } from './slots.js';

/** What one worker shares between its activities. */
export interface ActivityDependencies {
  readonly client: Client;
  readonly configuration: Configuration;
  /** Values of the key variables that the configuration names. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly http: Got;
  readonly tokens: TokenStore;
  readonly slots: Slots;
  readonly unknownFields: UnknownFieldSink;
  /** Null if the configuration has none. */
  readonly mailServer: MailServer | null;
  readonly linkTo: LinkTo;
}
