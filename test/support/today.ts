/** The day that an override names: today, where the example's institution is. */
export function today(): string {
  return new Date().toLocaleDateString('sv', { timeZone: 'Europe/Zurich' });
}
