/** What the process of an unlocked store says once it listens; anything else is why it does not. */
export const READY = "ready\n";
