/** The text with what is between its two markers replaced. Throws where there is no such pair. */
export function withMarked(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from === -1 || to === -1)
    throw new Error(`There is no place for the results: put ${begin} and ${end} into the file.`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}
