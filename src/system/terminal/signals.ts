/** Cleaning up when the process is told to end or to pause. */

const FATAL = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/**
 * Runs `cleanUp` when the process ends, whether by a signal, an uncaught error or process.exit(), and then lets the signal take
 * effect. Returns a function that cancels this.
 */
export function onExit(cleanUp: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    cancel();
    cleanUp();
    // Without our listener, the signal ends the process, as the sender wanted, or reaches the next listener and its cleanup.
    process.kill(process.pid, signal);
  };
  const cancel = (): void => {
    process.removeListener("exit", cleanUp);
    for (const signal of FATAL) process.removeListener(signal, onSignal);
  };
  process.on("exit", cleanUp);
  for (const signal of FATAL) process.on(signal, onSignal);
  return cancel;
}

/** Sends a signal as the terminal would: to us and to the commands in the foreground with us. */
export function signalForeground(signal: NodeJS.Signals): void {
  process.kill(process.platform === "win32" ? process.pid : 0, signal);
}

/** Listens for a signal until the returned function is called. */
export function onSignal(signal: NodeJS.Signals, listener: () => void): () => void {
  process.on(signal, listener);
  return () => {
    process.removeListener(signal, listener);
  };
}
