import { readBatch } from './batchBody.js';
import { bodyText } from './body.js';
import { strike, type FaultySystem } from './faultEffects.js';
import { isNamedBy, type FaultOrder, type FaultRule } from './faultRules.js';
import type { Around, OperationCall } from './operationSeam.js';
import { randomAt } from './random.js';

interface RuleState {
  readonly rule: FaultRule;
  /** Its place in the order: what it draws depends on it. */
  readonly place: number;
  /** Calls that it was about. */
  seen: number;
  fired: number;
}

/** A rule as it was given, and what became of it. */
export type ShownRule = FaultRule & {
  /** Calls that it was about so far. */
  readonly seen: number;
  /** How often it struck. */
  readonly fired: number;
};

/**
 * The one fault plan of a sandbox: rules that say which call of which operation meets which fault. A call meets the
 * first rule that chooses it, and before that every latency that does. What is drawn follows from the seed, the rule and
 * how many calls it has seen, so that the same calls meet the same faults.
 */
export class FaultPlan {
  readonly #system: FaultySystem;
  #seed: number;
  #rules: RuleState[] = [];

  constructor(system: FaultySystem, seed: number) {
    this.#system = system;
    this.#seed = seed;
  }

  /** Replaces all rules; every count starts at zero. */
  set({ rules, seed }: FaultOrder): void {
    this.#seed = seed ?? this.#seed;
    this.#rules = rules.map((rule, place) => ({ rule, place, seen: 0, fired: 0 }));
  }

  clear(): void {
    this.#rules = [];
  }

  shown(): { readonly seed: number; readonly rules: readonly ShownRule[] } {
    return { seed: this.#seed, rules: this.#rules.map(({ rule, seen, fired }) => ({ ...rule, seen, fired })) };
  }

  readonly around: Around = async (call, apply) => {
    if (this.#rules.length === 0) return apply();
    const due: RuleState[] = [];
    for (const state of this.#rules) {
      if (isNamedBy(state.rule.operation, call.name) && (await this.#isAbout(state.rule, call))) {
        state.seen += 1;
        if (this.#isDue(state)) due.push(state);
      }
    }
    const chosen = due.find(({ rule }) => rule.fault.kind !== 'latency');
    for (const state of due) {
      if (state.rule.fault.kind !== 'latency') continue;
      state.fired += 1;
      await delay(state.rule.fault.ms);
    }
    if (chosen === undefined) return apply();
    chosen.fired += 1;
    return strike(chosen.rule.fault, call, apply, this.#system);
  };

  /** What needs the body is asked last: mostly nothing does. */
  async #isAbout(rule: FaultRule, { name, context }: OperationCall): Promise<boolean> {
    if (rule.bodyContains !== undefined && !(await bodyText(context)).includes(rule.bodyContains)) return false;
    if (rule.fault.kind !== 'partial') return true;
    const field = this.#system.batchFieldOf(name);
    return field !== null && ((await readBatch(context, field))?.list.length ?? 0) > 1;
  }

  #isDue({ rule, place, seen, fired }: RuleState): boolean {
    if (rule.atMost !== undefined && fired >= rule.atMost) return false;
    if (rule.nth !== undefined) return [rule.nth].flat().includes(seen);
    if (rule.first !== undefined) return seen <= rule.first;
    if (rule.every !== undefined) return seen % rule.every === 0;
    if (rule.rate !== undefined) return randomAt(this.#seed, place, seen) < rule.rate;
    return true;
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
