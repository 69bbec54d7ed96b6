/** Returns the time of day on a 24-hour clock, with seconds and this many digits after the decimal point. */
export function clockText(at: number, digits?: 3): string {
  return new Date(at).toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: digits,
    hourCycle: "h23",
  });
}
