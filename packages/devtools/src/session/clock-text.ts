/** The time of day on 24 hours, with seconds and so many digits of them behind the point. */
export function clockText(at: number, digits?: 3): string {
  return new Date(at).toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: digits,
    hourCycle: "h23",
  });
}
