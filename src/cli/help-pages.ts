/** The pages of docs/ that `twinseed help` shows. Apart from the topics, because only those who read one need them. */
import { pageText } from "./page-text.ts";

const PAGES = {
  copies: () => import("../../docs/copies.md"),
  "locked-out": () => import("../../docs/locked-out.md"),
  backups: () => import("../../docs/backups.md"),
  importing: () => import("../../docs/importing.md"),
  ci: () => import("../../docs/ci.md"),
  sync: () => import("../../docs/sync.md"),
  aws: () => import("../../docs/aws.md"),
  json: () => import("../../docs/json.md"),
  limits: () => import("../../docs/limits.md"),
  "recover-without-twinseed": () => import("../../docs/recover-without-twinseed.md"),
};

export type Page = keyof typeof PAGES;

/** `width`: of the window, in columns. */
export async function helpPage(name: Page, width: number): Promise<string> {
  return pageText((await PAGES[name]()).default, width);
}
