/** Where several stories wait for each other. The last one to come does what all have come for; then all go on. */
export function meetingPoint(stories: number, together: () => Promise<void>): () => Promise<void> {
  let coming = stories;
  let goOn: (done: Promise<void>) => void = () => undefined;
  const done = new Promise<void>((resolve) => (goOn = resolve));
  return () => {
    coming -= 1;
    if (coming === 0) goOn(together());
    return done;
  };
}
