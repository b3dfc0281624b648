/** The names that there are, for messages that repeat no seed: read when something in one looks like a seed. */
import type { Needs } from "../world.ts";

export function nameFinder({ ledger }: Needs<"ledger">): (text: string) => boolean {
  let names: readonly string[] | undefined;
  return (text) => {
    names ??= namesIn(ledger);
    return names.some((name) => name.includes(text.toLowerCase()));
  };
}

function namesIn(ledger: Needs<"ledger">["ledger"]): string[] {
  try {
    const accounts = [...ledger.accounts(), ...ledger.removed()];
    const texts = [...accounts.flatMap(({ id, name, issuer, label }) => [id, name, issuer, label])];
    return [...texts, ...ledger.damaged(), ...ledger.devices().map(({ name }) => name)].map((text) =>
      text.toLowerCase(),
    );
  } catch {
    return []; // An error is being reported already.
  }
}
