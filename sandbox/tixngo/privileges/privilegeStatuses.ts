/**
 * The statuses of a digital privilege: a membership card or season ticket that opens no gate by itself. It can be used,
 * which makes it worthless, and deleted like a ticket; nothing moves it from one wallet to another.
 *
 * That it can be used and is not transferable is the manual's (S-360 manual, 6. Digital Privileges Injection); the names
 * are this project's proposals.
 */
export const PRIVILEGE_STATUSES = ['ACTIVE', 'USED', 'DELETION_PENDING', 'DELETED'] as const;

export type PrivilegeStatus = (typeof PRIVILEGE_STATUSES)[number];

/** What can happen to a privilege that TIXNGO has. */
export type PrivilegeAction = 'INJECT' | 'USE' | 'DELETE' | 'CONFIRM_DELETION';

/** For every action, the statuses it is possible in and where it leads; a status that is absent refuses it. */
const TRANSITIONS: Readonly<Record<PrivilegeAction, Readonly<Partial<Record<PrivilegeStatus, PrivilegeStatus>>>>> = {
  INJECT: { ACTIVE: 'ACTIVE', USED: 'USED' },
  USE: { ACTIVE: 'USED', USED: 'USED' },
  DELETE: {
    ACTIVE: 'DELETION_PENDING',
    USED: 'DELETION_PENDING',
    DELETION_PENDING: 'DELETION_PENDING',
    DELETED: 'DELETED',
  },
  CONFIRM_DELETION: { DELETION_PENDING: 'DELETED' },
};

/** The status after the action, or null when the status refuses it. */
export function privilegeStatusAfter(action: PrivilegeAction, status: PrivilegeStatus): PrivilegeStatus | null {
  return TRANSITIONS[action][status] ?? null;
}
