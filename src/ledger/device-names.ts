/** What the names that people give to devices say. Pure. */
import { visibleText } from "../base/visible-text.ts";
import type { DeviceKind } from "./account.ts";

/** In this order: a key for a phone is a key, and a phone in a safe is a phone. */
const USUAL: readonly (readonly [DeviceKind, readonly string[]])[] = [
  ["hardware", ["yubikey", "nitrokey", "solokey", "onlykey", "token", "key"]],
  ["tablet", ["tablet", "ipad"]],
  [
    "phone",
    ["phone", "iphone", "smartphone", "mobile", "android", "pixel", "oneplus", "xperia", "fairphone"],
  ],
  [
    "computer",
    ["computer", "laptop", "notebook", "desktop", "pc", "mac", "macbook", "imac", "thinkpad", "chromebook"],
  ],
  ["paper", ["paper", "sheet", "printout", "safe", "envelope"]],
];

/** The kind of thing that is usually called this, such as "newphone" or "Pixel 9"; undefined if the name does not say. */
export function usualKind(name: string): DeviceKind | undefined {
  const words = visibleText(name)
    .toLowerCase()
    .split(/[^\p{L}]+/u);
  return USUAL.find(([, usual]) => words.some((word) => isUsual(word, usual)))?.[0];
}

function isUsual(word: string, usual: readonly string[]): boolean {
  return usual.some((one) => word === one || (one.length > 4 && word.endsWith(one)));
}

/** Whether it is a one-time password that was typed too early: no one calls a device so. */
export function looksLikeCode(name: string): boolean {
  return /^\d{5,10}$/.test(name.replace(/[\s-]/g, ""));
}
