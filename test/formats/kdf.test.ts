import { describe, expect, it } from "vitest";
import { UserError } from "../../src/base/errors.ts";
import { WrongPassphrase } from "../../src/formats/faults.ts";
import { argon2Key } from "../../src/formats/kdf.ts";

describe("Argon2", () => {
  const salt = new Uint8Array(16);
  const costs = { kibibytes: 8, iterations: 1, parallelism: 1 };

  it("answers an empty passphrase as a wrong one", async () => {
    await expect(argon2Key("", salt, costs)).rejects.toThrow(WrongPassphrase);
  });

  it("refuses costs and salts that the function is not defined for", async () => {
    await expect(argon2Key("x", salt, { ...costs, kibibytes: 7 })).rejects.toThrow(UserError);
    await expect(argon2Key("x", salt, { ...costs, parallelism: 2 })).rejects.toThrow(UserError);
    await expect(argon2Key("x", new Uint8Array(7), costs)).rejects.toThrow(UserError);
    expect(await argon2Key("x", salt, costs)).toHaveLength(32);
  });
});
