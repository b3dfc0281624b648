/**
 * Cleaning up when the process is told to end or to pause. Windows has no signals: what a terminal would send there, such as Ctrl-C
 * in raw mode, arrives as a key, and process.kill() would end us at once, without any cleanup.
 */
import { ExitCode } from "../base/errors.ts";

/** Node makes the last one of Ctrl-Break on Windows, which raw mode does not stop. */
const FATAL = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK"] as const;

/** Whether there are signals, and so whether the shell can suspend and resume us (Ctrl-Z). */
export const hasSignals = process.platform !== "win32";

/**
 * Runs `cleanUp` when the process ends, whether by a signal, an uncaught error or process.exit(), and then lets the signal take
 * effect. Returns a function that cancels this.
 */
export function onExit(cleanUp: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    cancel();
    cleanUp();
    // Without our listener, the signal ends the process, as the sender wanted, or reaches the next listener and its cleanup.
    send(process.pid, signal);
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
  send(0, signal);
}

function send(to: number, signal: NodeJS.Signals): void {
  // process.exit() runs the cleanups that are left.
  if (!hasSignals) process.exit(ExitCode.interrupted);
  process.kill(to, signal);
}

/** Listens for a signal until the returned function is called. */
export function onSignal(signal: NodeJS.Signals, listener: () => void): () => void {
  process.on(signal, listener);
  return () => {
    process.removeListener(signal, listener);
  };
}
