/**
 * The keyring store against a real Secret Service: gnome-keyring on a private bus. What it does when that fails:
 * test/real/keyring-faults.test.ts.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatOtpauthUri } from "../../src/otp/otpauth-uri.ts";
import { SEED_STORES } from "../../src/seeds/index.ts";
import { aws, bank } from "../helpers/accounts.ts";
import {
  SECRET_SERVICE_PROGRAMS,
  type SecretService,
  startSecretService,
} from "../helpers/secret-service.ts";
import { realKeyring, testDeps } from "../helpers/seed-store-deps.ts";
import { needs } from "../helpers/system-packages.ts";
import { freshId, seedStoreContract } from "./contract.ts";

const lacksService = !needs(...SECRET_SERVICE_PROGRAMS);

describe.skipIf(lacksService)("a real Secret Service (needs dbus, gnome-keyring, libsecret-tools)", () => {
  const before = { ...process.env };
  let shared: SecretService;

  beforeAll(async () => {
    shared = await startSecretService({ state: "unlocked" });
    // The binding reads the environment of this process; vitest gives each file its own.
    Object.assign(process.env, shared.env);
  });

  afterAll(async () => {
    for (const name of Object.keys(shared.env)) delete process.env[name];
    Object.assign(process.env, before);
    await shared.stop();
  });

  const { keyring } = SEED_STORES;
  const deps = testDeps({
    env: process.env,
    keyring: realKeyring(),
  });
  const attributes = (id: string) => ["service", "twinseed", "username", id];

  seedStoreContract("keyring", async () => () => keyring.open(deps));

  it("keeps a seed where secret-tool finds it", async () => {
    const id = freshId();
    await (await keyring.open(deps)).put(id, aws);
    const lookup = execFileSync("secret-tool", ["lookup", ...attributes(id)], {
      env: shared.env,
      encoding: "utf8",
    });
    expect(lookup).toBe(formatOtpauthUri(aws));
  });

  it("reads what secret-tool has stored", async () => {
    const id = freshId();
    execFileSync("secret-tool", ["store", "--label=x", ...attributes(id)], {
      env: shared.env,
      input: formatOtpauthUri(bank),
    });
    expect(formatOtpauthUri(await (await keyring.open(deps)).get(id))).toBe(formatOtpauthUri(bank));
  });

  it("passes the probe of a first use, and keeps no entry of it", async () => {
    await keyring.prepare(deps);
    const all = spawnSync("secret-tool", ["search", "--all", "service", "twinseed"], {
      env: shared.env,
      encoding: "utf8",
    });
    expect(all.stdout + all.stderr).not.toContain("probe");
  });
});
