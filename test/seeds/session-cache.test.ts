import { createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { Secret } from "../../src/otp/secret.ts";
import { sessionCache } from "../../src/seeds/session-cache.ts";
import { memoryFolder } from "../helpers/memory-folder.ts";

const ID = "abcdefgh23456723";
const seed = Buffer.alloc(40, 7);
const random = (bytes: number) => Uint8Array.from(randomBytes(bytes));
const SECRETS = '{"SessionToken":"very secret"}';

function cacheOf(folder = memoryFolder(), secret = seed, id = ID) {
  return { folder, cache: sessionCache(folder, id, Secret.of(secret), random) };
}

it("keeps what it got for this request, until it expires", () => {
  const { cache } = cacheOf();
  cache.write("request", SECRETS, 1000, 0);
  expect(cache.read("request", 999)).toBe(SECRETS);
  expect(cache.read("request", 1000)).toBeUndefined();
  expect(cache.read("another", 0)).toBeUndefined();
});

it("has nothing in clear on disk: neither the session, nor what it was asked for", () => {
  const { cache, folder } = cacheOf();
  cache.write("profile-of-mine", SECRETS, 1000, 0);
  const all = JSON.stringify([...folder.files]);
  expect(all).not.toMatch(/very secret|SessionToken|profile-of-mine/);
});

it("opens with the seed it was made with, for the account it was made for", () => {
  const { cache, folder } = cacheOf();
  cache.write("request", SECRETS, 1000, 0);
  expect(cacheOf(folder, Buffer.alloc(40, 8)).cache.read("request", 0)).toBeUndefined();
  const [[name = "", text = ""] = []] = folder.files;
  folder.files.set(name.replace(ID, "other"), text);
  expect(cacheOf(folder, seed, "other").cache.read("request", 0)).toBeUndefined();
});

it("takes a damaged or lengthened one for none", () => {
  const { cache, folder } = cacheOf();
  cache.write("request", SECRETS, 1000, 0);
  const [[name = "", text = ""] = []] = folder.files;
  folder.files.set(name, text.replace('"expires":1000', '"expires":9000'));
  expect(cache.read("request", 1500)).toBeUndefined();
  folder.files.set(name, text.slice(0, -10));
  expect(cache.read("request", 0)).toBeUndefined();
});

it("sweeps what has expired", () => {
  const { cache, folder } = cacheOf();
  cache.write("old", SECRETS, 1000, 0);
  cache.write("new", SECRETS, 3000, 2000);
  expect(folder.files.size).toBe(1);
});

it("keeps nothing under a seed that could be guessed from the file", () => {
  const { cache, folder } = cacheOf(memoryFolder(), Buffer.alloc(15, 1));
  cache.write("request", SECRETS, 1000, 0);
  expect(folder.files.size).toBe(0);
});

it("can be read by FORMAT.md alone", () => {
  const { cache, folder } = cacheOf();
  cache.write("request", SECRETS, 1000, 0);
  const key = (purpose: string) =>
    Buffer.from(hkdfSync("sha256", seed, "", `twinseed session ${purpose} v1 ${ID}`, 32));
  const file = `${createHmac("sha256", key("name")).update("request").digest("hex").slice(0, 32)}.json`;
  const { nonce, sealed } = JSON.parse(folder.files.get(`cache/${ID}/${file}`) ?? "");
  const bytes = Buffer.from(sealed, "base64");
  const open = createDecipheriv("aes-256-gcm", key("key"), Buffer.from(nonce, "base64"));
  open.setAAD(Buffer.from(`twinseed session v1 ${ID} ${file} 1000`)).setAuthTag(bytes.subarray(-16));
  expect(String(Buffer.concat([open.update(bytes.subarray(0, -16)), open.final()]))).toBe(SECRETS);
});
