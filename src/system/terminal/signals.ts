/** What must be put right when the process is told to go, or to pause. */

const FATAL = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/**
 * Runs `cleanUp` when the process ends, be it by a signal, an uncaught error or process.exit(), and lets the signal
 * go on to do its work. Returns a function that calls this off.
 */
export function onTheWayOut(cleanUp: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    callOff();
    cleanUp();
    // Without our listener it ends the process, as the sender wanted, or reaches the next listener's own clean-up.
    process.kill(process.pid, signal);
  };
  const callOff = (): void => {
    process.removeListener("exit", cleanUp);
    for (const signal of FATAL) process.removeListener(signal, onSignal);
  };
  process.on("exit", cleanUp);
  for (const signal of FATAL) process.on(signal, onSignal);
  return callOff;
}

/** Sends a signal as the terminal would: to us and to the commands that run in the foreground with us. */
export function signalForeground(signal: NodeJS.Signals): void {
  process.kill(process.platform === "win32" ? process.pid : 0, signal);
}

/** Keeps `listener` on a signal until the function that comes back is called. */
export function onSignal(signal: NodeJS.Signals, listener: () => void): () => void {
  process.on(signal, listener);
  return () => {
    process.removeListener(signal, listener);
  };
}
