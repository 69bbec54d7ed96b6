/** Returns the result of a promise, or `undefined` if it takes longer than this, in ms. */
export async function settled<Result>(promise: Promise<Result>, ms: number): Promise<Result | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([promise, over]).finally(() => clearTimeout(timer));
}
