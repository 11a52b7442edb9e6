import { injectionInputShape, type InjectionInput } from './injectionInput.js';
import type { InputShape } from './inputCheck.js';

/** Input of `digitalPrivilegesInjection`: that of the injection, for cards. */
export type DigitalPrivilegesInput = InjectionInput;

export const digitalPrivilegesInputShape: InputShape = {
  ...injectionInputShape,
  name: 'Input of digitalPrivilegesInjection',
};
