/** `12 ms`. */
export function msText(ms: number): string {
  return `${Math.round(ms)} ms`;
}

/** `812 B`, `12.4 kB`. */
export function bytesText(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}
