/** Waits for it, but no longer than this; it goes on by itself. */
export function inTime<T>(action: Promise<T>, within_ms: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), within_ms)
  })
  return Promise.race([action, late]).finally(() => clearTimeout(timer))
}
