import { isDate, isDateTimeWithOffset } from './dateFormats.js';
import type { FieldRule, TextRule } from './fieldRules.js';

export type FieldErrorCode = 'FIELD_REQUIRED' | 'FIELD_TOO_LONG' | 'FIELD_INVALID';

/** One thing wrong with a body. The path and the text never contain the value: it may be a person's. */
export interface FieldIssue {
  /** `event.address.site`, `ticketDetails.main[0].key`; empty for the whole value. */
  readonly path: string;
  readonly code: FieldErrorCode;
  /** Continues the path: `is required`, `is longer than 128 characters`. */
  readonly says: string;
}

/** Everything wrong with a value, in the order of the rules, and the fields that no rule knows. */
export interface FieldReport {
  readonly issues: FieldIssue[];
  /** Paths with `[]` for any list index: fit to be counted. */
  readonly unknownPaths: string[];
}

const LANGUAGE_CODE = /^[a-z]{2,3}(-[A-Za-z]{2,4})?$/;

/** Checks a value against its rule. A null field is an absent one. */
export function checkFields(rule: FieldRule, value: unknown): FieldReport {
  const report: FieldReport = { issues: [], unknownPaths: [] };
  checkValue(rule, value, '', report);
  return report;
}

/** True for a JSON object: neither null nor a list. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkValue(rule: FieldRule, value: unknown, path: string, report: FieldReport): void {
  if (value === undefined || value === null) {
    if (rule.required) report.issues.push({ path, code: 'FIELD_REQUIRED', says: 'is required' });
    return;
  }
  switch (rule.kind) {
    case 'text':
      checkText(rule, rule.required === true, value, path, report);
      return;
    case 'oneOf':
      if (typeof value !== 'string' || !rule.values.includes(value))
        invalid(report, path, `must be one of ${rule.values.join(', ')}`);
      return;
    case 'dateTime':
      if (typeof value !== 'string' || !isDateTimeWithOffset(value)) {
        invalid(report, path, 'must be an RFC 3339 date-time with an offset, like 2027-06-12T18:00:00+02:00');
      }
      return;
    case 'date':
      if (typeof value !== 'string' || !isDate(value))
        invalid(report, path, 'must be a date that exists, like 1990-12-31');
      return;
    case 'boolean':
      if (typeof value !== 'boolean') invalid(report, path, 'must be true or false');
      return;
    case 'number':
    case 'integer':
      checkNumber(rule, value, path, report);
      return;
    case 'object':
      if (!isJsonObject(value)) {
        invalid(report, path, 'must be an object');
        return;
      }
      checkObject(rule, value, path, report);
      return;
    case 'list':
      if (!Array.isArray(value)) {
        invalid(report, path, 'must be a list');
        return;
      }
      value.forEach((item: unknown, index) => checkValue(rule.items, item, `${path}[${index}]`, report));
  }
}

function invalid(report: FieldReport, path: string, says: string): void {
  report.issues.push({ path, code: 'FIELD_INVALID', says });
}

function checkNumber(
  rule: { kind: 'number' | 'integer'; min?: number; max?: number },
  value: unknown,
  path: string,
  report: FieldReport,
): void {
  const { kind, min = -Infinity, max = Infinity } = rule;
  if (typeof value !== 'number' || !Number.isFinite(value) || (kind === 'integer' && !Number.isInteger(value))) {
    invalid(report, path, kind === 'integer' ? 'must be a whole number' : 'must be a number');
  } else if (value < min) {
    invalid(report, path, `must be ${min} or more`);
  } else if (value > max) {
    invalid(report, path, `must be ${max} or less`);
  }
}

function checkObject(
  rule: Extract<FieldRule, { kind: 'object' }>,
  value: Record<string, unknown>,
  path: string,
  report: FieldReport,
): void {
  const before = report.issues.length;
  for (const [name, field] of Object.entries(rule.fields)) {
    checkValue(field, Object.hasOwn(value, name) ? value[name] : undefined, join(path, name), report);
  }
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(rule.fields, name)) report.unknownPaths.push(join(path, name).replaceAll(/\[\d+\]/g, '[]'));
  }
  if (rule.check === undefined || report.issues.length > before) return;
  const finding = rule.check(value);
  if (finding !== null) {
    report.issues.push({ path: join(path, finding.field), code: 'FIELD_INVALID', says: finding.says });
  }
}

function checkText(rule: TextRule, required: boolean, value: unknown, path: string, report: FieldReport): void {
  if (rule.multilingual && isJsonObject(value)) {
    const translations = Object.entries(value);
    if (required && translations.length === 0) {
      report.issues.push({ path, code: 'FIELD_REQUIRED', says: 'needs at least one language' });
    }
    for (const [language, text] of translations) {
      if (!LANGUAGE_CODE.test(language)) {
        invalid(report, path, 'has a key that is not a language code like en');
      } else {
        checkOneText(rule, required, text, join(path, language), report);
      }
    }
    return;
  }
  checkOneText(rule, required, value, path, report);
}

function checkOneText(rule: TextRule, required: boolean, value: unknown, path: string, report: FieldReport): void {
  if (typeof value !== 'string') {
    invalid(
      report,
      path,
      rule.multilingual ? 'must be a text, or an object of language code to text' : 'must be a text',
    );
    return;
  }
  if (required && value.trim() === '') {
    report.issues.push({ path, code: 'FIELD_REQUIRED', says: 'is required and must not be blank' });
    return;
  }
  if (rule.max !== undefined && value.length > rule.max && [...value].length > rule.max) {
    report.issues.push({ path, code: 'FIELD_TOO_LONG', says: `is longer than ${rule.max} characters` });
    return;
  }
  if (rule.form && !rule.form.pattern.test(value)) {
    invalid(report, path, rule.form.says);
    return;
  }
  const finding = rule.check?.(value) ?? null;
  if (finding !== null) invalid(report, path, finding);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
