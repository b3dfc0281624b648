/** Loaded for every code: whether the store is unlocked. What asks its process for codes is loaded only then. */
import type { unlockedAnswers } from "./unlocked-answers.ts";

/** As unlockedAnswers does; undefined if the store has to be opened as always. */
export async function whileUnlocked(
  ...about: Parameters<typeof unlockedAnswers>
): ReturnType<typeof unlockedAnswers> {
  const [, , , needs] = about;
  return needs.mayBeUnlocked()
    ? (await import("./unlocked-answers.ts")).unlockedAnswers(...about)
    : undefined;
}
