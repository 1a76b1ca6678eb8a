// The reader's clock beside another's.

/** Whether clocks in that zone show another hour than here, at that moment. */
export function isElsewhere(timeZone: string, at: string): boolean {
  const shown = (zone?: string): string => new Date(at).toLocaleString("en", { timeZone: zone });
  try {
    return shown(timeZone) !== shown();
  } catch {
    return false;
  }
}
