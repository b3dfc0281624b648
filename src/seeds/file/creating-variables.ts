/** The variables that can create a store. An age identity can only open one: its recipient is added to an existing store. */
import type { SeedStoreDeps } from "../needs.ts";
import { VARIABLES } from "./openers.ts";

const CREATING = VARIABLES.filter(({ kind }) => kind !== "age");

export const VARIABLE_NAMES = CREATING.map(({ name }) => name).join(", ");

export function hasVariable(env: SeedStoreDeps["env"]): boolean {
  return CREATING.some(({ name }) => env[name]);
}
